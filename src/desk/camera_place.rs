//! A place for the camera in words, for commands and the tour.

use super::picture;
use crate::figure::camera::{Camera, ChartKind, Frame, Projection};
use crate::hyperbolic::HalfPlane;
use crate::session::Document;
use std::str::FromStr;

/// Where the camera stands: `home`, or the point to look at and the magnification, `x,z,zoom`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CameraPlace {
    /// The view of the first glance.
    Home,
    /// Looking at a point of the plane, magnified.
    At {
        /// Abscissa in sites.
        x: f64,
        /// Height.
        z: f64,
        /// Magnification, 1 at home.
        zoom: f64,
    },
}

impl FromStr for CameraPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "home" {
            return Ok(Self::Home);
        }
        let form = || format!("`{text}` is no camera: write home, or x,z,zoom such as 64,8,4");
        let numbers: Vec<f64> =
            text.replace('−', "-").split(',').filter_map(|s| s.trim().parse().ok()).collect();
        let [x, z, zoom] = numbers[..] else { return Err(form()) };
        if text.split(',').count() != 3 || !x.is_finite() || !(0.0..FARTHEST).contains(&z) {
            return Err(form());
        }
        if x.abs() >= FARTHEST {
            return Err(format!("`{text}`: x is out of range; give a place of the chain, in sites"));
        }
        if !(0.1..=1e13).contains(&zoom) {
            return Err(format!("`{text}`: the magnification is out of range; give 0.1 to 1e13"));
        }
        Ok(Self::At { x, z, zoom })
    }
}

/// No chain is as long, and farther out f64 no longer tells sites apart.
const FARTHEST: f64 = 1e15;

/// A point of the boundary itself cannot stand in the middle of a disk: it is looked at from just above.
const LOWEST: f64 = 0.5;

impl CameraPlace {
    /// The camera that puts the point into the middle of the page: by a shift of the ring; by an isometry of the
    /// disks, after which the chain is seen finer by the factor; by a translation of the half-plane, whose
    /// boundary stays at the bottom, and that factor. Charts of the plane are held near the network, as under a hand.
    #[must_use]
    pub fn camera(self, document: &Document, size: [f32; 2]) -> Camera {
        let Self::At { x, z, zoom } = self else { return Camera::HOME };
        let frame = Frame::page(size[0], size[1]);
        let magnified = Camera { magnification: zoom, ..Camera::HOME };
        let projection = picture::projection(document, magnified, frame);
        match projection.chart {
            ChartKind::Ring => {
                let at = projection.to_page(HalfPlane { x, z });
                let (centre, radius) = (frame.centre(), projection.home_radius());
                let shift = [0, 1].map(|i| (centre[i] - f64::from(at[i])) / radius);
                Camera { shift, ..magnified }
            }
            ChartKind::Poincare | ChartKind::Klein => {
                let centre = HalfPlane { x, z: z.max(LOWEST) / zoom };
                Projection { camera: Camera::HOME, ..projection }.centred_on(centre)
            }
            ChartKind::HalfPlane => {
                let translation = 0.5 - x / document.network.sites as f64;
                let camera = Camera { dilation: zoom, translation, ..Camera::HOME };
                Projection { camera, ..projection }.in_reach()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hyperbolic::tile_at;

    #[test]
    fn a_camera_magnified_beyond_all_measure_still_sees_tiles() {
        let mut document = Document::default();
        let size = [900.0, 900.0];
        for chart in [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein] {
            document.view.chart = chart;
            for place in ["40,4,1000", "40,4,1e13", "-1e9,4,1", "1e9,100,1e6"] {
                let camera = place.parse::<CameraPlace>().unwrap().camera(&document, size);
                let p = picture::projection(&document, camera, Frame::page(size[0], size[1]));
                let tiles = document.network.receptive_field;
                let seen = (0..=900).step_by(20).flat_map(|x| (0..=900).step_by(20).map(move |y| [x, y]));
                // Copies of the ring count: beside the period there is nothing else.
                let seen = seen.filter(|at| {
                    let here = p.from_page(at.map(|c| c as f32));
                    tile_at(here, tiles).is_some_and(|tile| tile.layer <= 8)
                });
                // Of 46² places. Seen from a quarter of a site's height, as low as a hand comes, a disk has all tiles in a
                // circle of a fifth of its radius, π/4 · 46²/25 = 66 of them if it filled the page.
                // The same circle is larger in the Klein disk, but what is beside its middle is squeezed to the rim.
                let (seen, least) = (seen.count(), if chart == ChartKind::Klein { 10 } else { 40 });
                assert!(seen > least, "{chart:?} {place}: {seen}, {camera:?}");
            }
        }
    }

    #[test]
    fn a_camera_looks_at_its_point() {
        assert_eq!("home".parse(), Ok(CameraPlace::Home));
        for bad in ["", "1,2", "1,2,0", "1,2,3,4", "a,b,c", "1,-2,3", "1,,2,3"] {
            assert!(bad.parse::<CameraPlace>().is_err(), "{bad}");
        }
        let far = "9223372036854775808,2,1.5".parse::<CameraPlace>().unwrap_err();
        assert!(far.contains("out of range"), "{far}");
        let mut document = Document::default();
        let size = [900.0, 600.0];
        for chart in ChartKind::ALL {
            document.view.chart = chart;
            let camera = "60,4,5".parse::<CameraPlace>().unwrap().camera(&document, size);
            let frame = Frame::page(size[0], size[1]);
            let at = picture::projection(&document, camera, frame).to_page(HalfPlane { x: 60.0, z: 4.0 });
            assert!((at[0] - 450.0).abs() < 0.01, "{at:?}");
            if chart == ChartKind::Ring {
                assert!((at[1] - 300.0).abs() < 0.01, "{at:?}");
            }
            // The disks have it in the middle, or, five times finer, on the way up from there.
            if matches!(chart, ChartKind::Poincare | ChartKind::Klein) {
                let near = "60,4,1".parse::<CameraPlace>().unwrap().camera(&document, size);
                let middle =
                    picture::projection(&document, near, frame).to_page(HalfPlane { x: 60.0, z: 4.0 });
                assert!((middle[1] - 300.0).abs() < 0.01 && at[1] < 300.0, "{middle:?} {at:?}");
            }
        }
    }
}
