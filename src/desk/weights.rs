//! Learned weights as arrays by name, out to other programs and back in: the safetensors format, which PyTorch, JAX
//! and NumPy read and write, or NumPy's own `.npz`.
//!
//! Layer k is `layers.k.*`; the energy is `−Σ v w h − Σ c v − Σ b h` with spins ±1. Arrays are rows first:
//!
//! | array | shape |
//! |---|---|
//! | `weights` | \[r\] shared, \[M, r\] of M blocks' own, \[q, r, q'\] with channels |
//! | `visible_bias` | \[2\] for even and odd sites, \[2, q'\] with channels |
//! | `hidden_bias` | \[1\], \[q\] with channels |
//! | `visible_site_bias`, `hidden_site_bias` | \[sites\], \[M\]: what single spins have on top; only where blocks have their own weights, and not needed |
//!
//! Numbers go out as 64-bit floats, bit for bit; 32-bit ones are read too.

use super::weight_arrays::Arrays;
use crate::export::{npy, npz};
use crate::rbm::{ChannelRbm, ChannelShape, LayerRbm, Rbm, RbmShape, SiteBiases};
use crate::session::quoting::{MOST_QUOTED, quoted};
use crate::session::{Document, SessionError, file};
use crate::sim::{LearnedStack, WeightsOrigin};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::Path;

/// Why weights were not taken in.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file.
    #[error(transparent)]
    Disk(#[from] SessionError),
    /// Its bytes are no safetensors.
    #[error(
        "{file} is no safetensors file: {reason}; write it with safetensors.torch.save_file or `holoscope data weights`"
    )]
    Broken {
        /// File.
        file: String,
        /// What was found.
        reason: String,
    },
    /// Its bytes are no archive of arrays.
    #[error(
        "{file} is no .npz file that can be read: {reason}; write it with numpy.savez or `holoscope data weights -o w.npz`"
    )]
    BrokenArchive {
        /// File.
        file: String,
        /// What was found.
        reason: String,
    },
    /// An array that the session's layers need.
    #[error("{file} has no array {array}; the session's layer needs it with shape {shape:?}")]
    Missing {
        /// File.
        file: String,
        /// Name.
        array: String,
        /// Shape it should have.
        shape: Vec<usize>,
    },
    /// An array that no layer has.
    #[error(
        "{file}: {array} belongs to no layer of this session, which has {layers}; leave it out, or set learning.sites, learning.channels and learning.shared_weights to what was learned"
    )]
    Foreign {
        /// File.
        file: String,
        /// Name.
        array: String,
        /// Layers.
        layers: usize,
    },
    /// A shape other than the session's.
    #[error(
        "{file}: {array} has shape {found:?} where this session needs {expected:?}; reshape it, or set learning.sites, learning.channels, learning.shared_weights and network.receptive_field to what was learned"
    )]
    Shape {
        /// File.
        file: String,
        /// Name.
        array: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape it should have.
        expected: Vec<usize>,
    },
    /// Numbers of another kind.
    #[error("{file}: {array} has dtype {found}; convert it to F64 or F32")]
    Type {
        /// File.
        file: String,
        /// Name.
        array: String,
        /// Its dtype.
        found: String,
    },
    /// A number that is none.
    #[error("{file}: {array} has a number that is not finite; train again until all are")]
    NotFinite {
        /// File.
        file: String,
        /// Name.
        array: String,
    },
}

/// The ending of files of weights in the format of safetensors.
pub const ENDING: &str = "safetensors";

/// Endings of files of weights that can be read.
pub const ENDINGS: [&str; 2] = [ENDING, "npz"];

/// Whether a path names weights.
#[must_use]
pub fn is_weights_name(path: &Path) -> bool {
    ENDINGS.contains(&super::files::ending(path).as_str())
}

/// The arrays of a stack in the order of its layers: name, shape, and 64-bit floats, least byte first.
fn arrays(stack: &LearnedStack) -> Vec<(String, Vec<usize>, Vec<u8>)> {
    let mut arrays: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (k, layer) in stack.layers.iter().enumerate() {
        let plan = Plan::of(layer.shape(), layer.channels(), stack.task.learning.shared_weights);
        let mut add = |name: &str, shape: Vec<usize>, numbers: &[f64]| {
            if !numbers.is_empty() {
                let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
                arrays.push((array_name(k, name), shape, bytes));
            }
        };
        let weights = match layer {
            LayerRbm::Single(rbm) => &rbm.weights,
            LayerRbm::Channels(rbm) => &rbm.weights,
        };
        add("weights", plan.weights, weights);
        add("visible_bias", plan.visible_bias, &layer.visible_bias());
        add("hidden_bias", plan.hidden_bias, &layer.hidden_bias());
        if let Some(rbm) = layer.single() {
            add("visible_site_bias", plan.visible_site_bias, &rbm.site_bias.visible);
            add("hidden_site_bias", plan.hidden_site_bias, &rbm.site_bias.hidden);
        }
    }
    arrays
}

/// A stack's weights as `.npz`.
#[must_use]
pub fn to_npz(stack: &LearnedStack) -> Vec<u8> {
    let files: Vec<(String, Vec<u8>)> = arrays(stack)
        .into_iter()
        .map(|(name, shape, numbers)| (name, npy("'<f8'", &shape, &numbers)))
        .collect();
    npz(&files)
}

/// A stack's weights as safetensors.
#[must_use]
pub fn to_bytes(stack: &LearnedStack) -> Vec<u8> {
    let arrays = arrays(stack);
    let views = arrays.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F64, shape.clone(), bytes);
        (name, view.expect("a layer has the numbers of its shape"))
    });
    // One entry alone: a map has no order of its own, and the same weights give the same file.
    let about =
        concat!(env!("HOLOSCOPE_PROGRAM"), ": p ∝ exp(Σ v w h + Σ c v + Σ b h), spins ±1").to_string();
    let about = HashMap::from([("about".to_string(), about)]);
    safetensors::serialize(views, Some(about)).expect("names and shapes of a stack are a header")
}

/// The weights in a file, as the layers of a document.
///
/// # Errors
/// A file that cannot be read, or arrays that are not those of the document's layers, by name.
pub fn read(path: &Path, document: &Document) -> Result<LearnedStack, WeightsError> {
    from_bytes(&file::bytes_of(path)?, document, &path.display().to_string())
}

/// The weights in the bytes of a file, as the layers of a document; `file` is what errors call it.
///
/// # Errors
/// As [`read`].
pub fn from_bytes(bytes: &[u8], document: &Document, file: &str) -> Result<LearnedStack, WeightsError> {
    let mut arrays = Arrays::new(bytes, file)?;
    let (task, learning) = (document.task(), &document.learning);
    let layers = task.layers as usize;
    let mut known = Vec::new();
    let mut stack = Vec::with_capacity(layers);
    for k in 0..layers {
        let sites = (learning.sites >> k) as usize;
        let shape = RbmShape { sites, boundary: task.boundary, field: task.field };
        let hidden = learning.channels as usize;
        let channels = [if k == 0 { 1 } else { hidden }, hidden];
        let plan = Plan::of(shape, channels, learning.shared_weights);
        let mut array = |name: &str, expected: &[usize], needed: bool| {
            let name = array_name(k, name);
            let found = arrays.numbers(file, &name, expected, needed);
            known.push(name);
            found
        };
        let weights = array("weights", &plan.weights, true)?;
        let visible_bias = array("visible_bias", &plan.visible_bias, true)?;
        let hidden_bias = array("hidden_bias", &plan.hidden_bias, true)?;
        stack.push(if hidden > 1 {
            let shape = ChannelShape { layer: shape, visible: channels[0], hidden };
            LayerRbm::Channels(ChannelRbm { shape, weights, visible_bias, hidden_bias })
        } else {
            let site_bias = if learning.shared_weights {
                SiteBiases::default()
            } else {
                SiteBiases {
                    visible: array("visible_site_bias", &plan.visible_site_bias, false)?,
                    hidden: array("hidden_site_bias", &plan.hidden_site_bias, false)?,
                }
            };
            let (visible_bias, hidden_bias) = ([visible_bias[0], visible_bias[1]], hidden_bias[0]);
            LayerRbm::Single(Rbm { shape, weights, visible_bias, hidden_bias, site_bias })
        });
    }
    if let Some(array) = arrays.names().into_iter().find(|name| !known.contains(name)) {
        let array = quoted(&array, MOST_QUOTED);
        return Err(WeightsError::Foreign { file: file.into(), array, layers });
    }
    let digits = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let name =
        Path::new(file).file_name().map_or_else(|| file.into(), |name| name.to_string_lossy().into_owned());
    Ok(LearnedStack {
        task,
        origin: WeightsOrigin { file: Some((name, digits)), continued: 0 },
        layers: stack,
    })
}

fn array_name(layer: usize, name: &str) -> String {
    format!("layers.{layer}.{name}")
}

/// The shapes of a layer's arrays.
struct Plan {
    weights: Vec<usize>,
    visible_bias: Vec<usize>,
    hidden_bias: Vec<usize>,
    visible_site_bias: Vec<usize>,
    hidden_site_bias: Vec<usize>,
}

impl Plan {
    fn of(shape: RbmShape, [visible, hidden]: [usize; 2], shared: bool) -> Self {
        let (links, blocks) = (shape.links(), shape.blocks());
        let several = hidden > 1;
        Self {
            weights: match (several, shared) {
                (true, _) => vec![hidden, links, visible],
                (false, true) => vec![links],
                (false, false) => vec![blocks, links],
            },
            visible_bias: if several { vec![2, visible] } else { vec![2] },
            hidden_bias: vec![hidden],
            visible_site_bias: vec![shape.sites],
            hidden_site_bias: vec![blocks],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys;
    use proptest::prelude::*;
    use safetensors::SafeTensors;
    use std::sync::Arc;

    fn document(settings: &[(&str, &str)]) -> Document {
        let mut document = Document::default();
        let settings: Vec<_> = [("network.sites", "16"), ("learning.sites", "16")]
            .iter()
            .chain(settings)
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect();
        keys::set_all(&mut document, &settings).unwrap();
        document
    }

    /// Some numbers for every array of a document's layers.
    fn stack(document: &Document) -> LearnedStack {
        let task = document.task();
        let hidden = document.learning.channels as usize;
        let some = |n: usize| (0..n).map(|i| (i as f64 + 0.1).sin() / 3.0).collect::<Vec<_>>();
        let layers = (0..task.layers as usize).map(|k| {
            let shape = RbmShape {
                sites: (document.learning.sites >> k) as usize,
                boundary: task.boundary,
                field: task.field,
            };
            if hidden > 1 {
                let shape = ChannelShape { layer: shape, visible: if k == 0 { 1 } else { hidden }, hidden };
                return LayerRbm::Channels(ChannelRbm {
                    shape,
                    weights: some(shape.seen() * hidden),
                    visible_bias: some(2 * shape.visible),
                    hidden_bias: some(hidden),
                });
            }
            let shared = document.learning.shared_weights;
            let blocks = if shared { 1 } else { shape.blocks() };
            LayerRbm::Single(Rbm {
                shape,
                weights: some(blocks * shape.links()),
                visible_bias: [0.1, -0.0],
                hidden_bias: 1e-300,
                site_bias: if shared || k % 2 == 0 {
                    SiteBiases::default()
                } else {
                    SiteBiases { visible: some(shape.sites), hidden: some(blocks) }
                },
            })
        });
        LearnedStack { task, origin: crate::sim::WeightsOrigin::default(), layers: layers.collect() }
    }

    #[test]
    fn weights_go_out_and_come_back_bit_for_bit() {
        for settings in [
            &[][..],
            &[("learning.channels", "3")],
            &[("learning.shared_weights", "false")],
            &[("network.receptive_field", "2")],
        ] {
            let document = document(settings);
            let stack = stack(&document);
            let bytes = to_bytes(&stack);
            // All but where they come from, which is now a file.
            let read = from_bytes(&bytes, &document, "w").unwrap();
            assert_ne!(read.origin, stack.origin);
            assert_eq!(LearnedStack { origin: stack.origin.clone(), ..read }, stack, "{settings:?}");
            assert_eq!(to_bytes(&stack), bytes);
            // What the session file says of them is the same too.
            let with = Document { learned: Some(Arc::new(stack.clone())), ..document.clone() };
            assert_eq!(
                file::from_bytes(&file::to_bytes(&with), "x").unwrap().learned.as_deref(),
                Some(&stack)
            );
        }
    }

    #[test]
    fn arrays_that_are_not_the_layers_are_refused_by_name() {
        let shared = document(&[]);
        let bytes = to_bytes(&stack(&shared));
        let refusal = |settings: &[(&str, &str)]| {
            from_bytes(&bytes, &document(settings), "w.safetensors").unwrap_err().to_string()
        };
        let error = refusal(&[("network.receptive_field", "4")]);
        assert!(error.contains("layers.0.weights has shape [3] where this session needs [4]"), "{error}");
        let error = refusal(&[("learning.shared_weights", "false")]);
        assert!(error.contains("[3] where this session needs [8, 3]"), "{error}");
        let error = refusal(&[("learning.sites", "8")]);
        assert!(
            error.contains("layers.3.hidden_bias belongs to no layer of this session, which has 3"),
            "{error}"
        );
        let error = refusal(&[("learning.sites", "32")]);
        assert!(error.contains("no array layers.4.weights") && error.contains("[3]"), "{error}");
        for (dtype, width, expected) in
            [(Dtype::I64, 8, "dtype I64"), (Dtype::F16, 2, "dtype F16"), (Dtype::F64, 8, "not finite")]
        {
            let data = vec![0xff; 3 * width];
            let view = TensorView::new(dtype, vec![3], &data).unwrap();
            let bytes = safetensors::serialize([("layers.0.weights", view)], None).unwrap();
            let error = from_bytes(&bytes, &shared, "w").unwrap_err().to_string();
            assert!(error.starts_with("w: layers.0.weights has") && error.contains(expected), "{error}");
        }
        let error = from_bytes(&bytes[..bytes.len() - 1], &shared, "w").unwrap_err().to_string();
        assert!(error.starts_with("w is no safetensors file"), "{error}");
    }

    #[test]
    fn npz_gives_the_weights_back_bit_for_bit() {
        for settings in [&[][..], &[("learning.shared_weights", "false")], &[("learning.channels", "2")]] {
            let document = document(settings);
            let exact = stack(&document);
            let bytes = to_npz(&exact);
            assert_eq!(bytes, to_npz(&exact));
            let read = from_bytes(&bytes, &document, "w.npz").unwrap();
            // NaN-free and compared as written: −0.0 and 1e-300 too.
            assert_eq!(to_npz(&read), bytes);
        }
    }

    #[test]
    fn an_archive_is_held_to_the_same_shapes_and_names() {
        let shared = document(&[]);
        let refusal = |arrays: &[(&str, Vec<u8>)]| {
            let list: Vec<_> = arrays.iter().map(|(n, b)| ((*n).to_string(), b.clone())).collect();
            let error = from_bytes(&npz(&list), &shared, "w.npz").unwrap_err().to_string();
            assert!(error.starts_with("w.npz") && error.lines().count() == 1, "{error}");
            error
        };
        let ones = |n: usize| 1.0_f64.to_le_bytes().repeat(n);
        assert!(refusal(&[]).contains("no array layers.0.weights"));
        assert!(refusal(&[("layers.0.weights", npy("'<f8'", &[4], &ones(4)))]).contains("shape [4]"));
        assert!(refusal(&[("layers.0.weights", npy("'<i8'", &[3], &ones(3)))]).contains("dtype <i8"));
        assert!(refusal(&[("layers.0.weights", npy("'<f8'", &[3], &ones(2)))]).contains("shorter or longer"));
        assert!(refusal(&[("layers.0.weights", b"PK".to_vec())]).contains("NUMPY"));
        let nan = f64::NAN.to_le_bytes().repeat(3);
        assert!(refusal(&[("layers.0.weights", npy("'<f8'", &[3], &nan))]).contains("not finite"));
        // A header of any size, and data that unpack to any size, are read no further than the shape needs.
        let large = npy("'<f8'", &[1 << 40], &[]);
        assert!(refusal(&[("layers.0.weights", large)]).contains("[1099511627776]"));
        let bomb = npz(&[("layers.0.weights".into(), npy("'<f8'", &[3], &vec![0; 64 << 20]))]);
        assert!(bomb.len() < 1 << 17);
        let error = from_bytes(&bomb, &shared, "w.npz").unwrap_err().to_string();
        assert!(error.contains("shorter or longer"), "{error}");
    }

    #[test]
    fn numbers_of_single_precision_are_read() {
        let document = document(&[("learning.sites", "8")]);
        let exact = stack(&document);
        let bytes = to_bytes(&exact);
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let single: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
            .tensors()
            .into_iter()
            .map(|(name, t)| {
                let numbers = t.data().as_chunks().0.iter().map(|b| f64::from_le_bytes(*b) as f32);
                (name, t.shape().to_vec(), numbers.flat_map(f32::to_le_bytes).collect())
            })
            .collect();
        let views = single.iter().map(|(n, s, b)| (n, TensorView::new(Dtype::F32, s.clone(), b).unwrap()));
        let read = from_bytes(&safetensors::serialize(views, None).unwrap(), &document, "w").unwrap();
        for (a, b) in exact.layers.iter().zip(&read.layers) {
            for (x, y) in a.weight_rows().concat().iter().zip(b.weight_rows().concat()) {
                assert_eq!(f64::from(*x as f32), y);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn damaged_files_are_refused_or_read_but_never_panic(
            cut in any::<proptest::sample::Index>(), whole in any::<bool>(), archive in any::<bool>(),
            changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4)
        ) {
            let document = document(&[]);
            let mut bytes = if archive { to_npz(&stack(&document)) } else { to_bytes(&stack(&document)) };
            for (at, value) in changes {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            if !whole {
                bytes.truncate(cut.index(bytes.len()));
            }
            if let Err(error) = from_bytes(&bytes, &document, "w") {
                prop_assert_eq!(error.to_string().lines().count(), 1);
            }
        }
    }
}
