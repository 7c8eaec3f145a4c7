//! Roles of colour and the colours they have in each theme.

/// Colours a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the desktop is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// White ground, for paper.
    Print,
}

impl ThemeChoice {
    /// The theme to draw with, given whether the desktop is dark.
    #[must_use]
    pub const fn resolve(self, desktop_is_dark: bool) -> Theme {
        match self {
            Self::System if desktop_is_dark => Theme::Dark,
            Self::System | Self::Light => Theme::Light,
            Self::Dark => Theme::Dark,
            Self::Print => Theme::Print,
        }
    }
}

/// A set of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark ground.
    Dark,
    /// Light ground.
    Light,
    /// White ground, for paper.
    Print,
}

/// Which boundary region a mark belongs to. Hue is theirs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hue {
    /// Region A.
    A,
    /// Region B.
    B,
    /// Region C.
    C,
}

/// What a mark is, from which its colour follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Role {
    /// Ground of the picture.
    Canvas,
    /// Ground of panels.
    Panel,
    /// Raised controls.
    Raised,
    /// A tile, 0 at the rim to 1 at the centre.
    Tile(f32),
    /// Hairlines.
    Hairline,
    /// Outlines of controls, tile edges.
    Outline,
    /// Text.
    Text,
    /// Less important text.
    Secondary,
    /// Least important text.
    Faint,
    /// A region.
    Region(Hue),
    /// Core of the Ryu–Takayanagi curve.
    CurveCore,
    /// A link, 0 for no capacity to 1 for ln 2.
    Link(f32),
    /// A spin that points up.
    SpinUp,
    /// A spin that points down.
    SpinDown,
    /// Focus and active control.
    Focus,
    /// Violations and errors.
    Error,
    /// A series of layer number/count, along cividis.
    Layer(f32),
    /// A tile toned by a share 0…1 of a scale, from the tile that stands so deep on.
    Tint {
        /// The plain tile, 0 at the rim to 1 at the centre.
        ground: f32,
        /// Share of the scale.
        share: f32,
    },
    /// The same on a signed scale: −1 towards the hue of B, 1 towards the hue of A.
    SignedTint {
        /// The plain tile, 0 at the rim to 1 at the centre.
        ground: f32,
        /// Share of the scale, −1…1.
        share: f32,
    },
    /// A line on a signed scale, −1…1: from the hue of B over the neutral of weak links to the hue of A.
    Signed(f32),
}

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// From `0xRRGGBB`.
    #[must_use]
    pub const fn hex(code: u32) -> Self {
        Self((code >> 16) as u8, (code >> 8) as u8, code as u8)
    }

    /// The straight line in sRGB from `self` (0) to `other` (1).
    #[must_use]
    pub fn mix(self, other: Self, t: f32) -> Self {
        let t = t.clamp(0.0, 1.0);
        let m = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * t).round() as u8;
        Self(m(self.0, other.0), m(self.1, other.1), m(self.2, other.2))
    }

    /// Relative luminance (WCAG 2.1).
    #[must_use]
    pub fn luminance(self) -> f64 {
        let channel = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(self.0) + 0.7152 * channel(self.1) + 0.0722 * channel(self.2)
    }

    /// Contrast ratio to another colour (WCAG 2.1), 1…21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

/// Five points of the cividis map (Nuñez, Anderton and Renslow 2018) at 0, ¼ … 1.
const CIVIDIS: [Rgb; 5] =
    [Rgb::hex(0x00224E), Rgb::hex(0x424E6B), Rgb::hex(0x7C7B78), Rgb::hex(0xBCAE6C), Rgb::hex(0xFEE838)];

/// Opacity of the ground that words over the picture stand on, of the canvas's colour: the network is seen through it,
/// and the faintest text keeps its contrast over the strongest tint.
pub const GROUND: f32 = 0.94;

impl Theme {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Print];

    /// Whether the ground is dark.
    #[must_use]
    pub const fn is_dark(self) -> bool {
        matches!(self, Self::Dark)
    }

    /// The colour of a role.
    #[must_use]
    pub fn color(self, role: Role) -> Rgb {
        let pick = |dark: u32, light: u32, print: u32| {
            Rgb::hex(match self {
                Self::Dark => dark,
                Self::Light => light,
                Self::Print => print,
            })
        };
        match role {
            Role::Canvas => pick(0x0D1117, 0xFBFAF7, 0xFFFFFF),
            Role::Panel => pick(0x141A22, 0xF3F1EC, 0xFFFFFF),
            Role::Raised => pick(0x1E2733, 0xFFFFFF, 0xFFFFFF),
            Role::Tile(t) => pick(0x121821, 0xF7F5F0, 0xFFFFFF).mix(pick(0x1C2531, 0xE9E6DE, 0xEFEFEF), t),
            Role::Hairline => pick(0x2C3846, 0xD8D4CB, 0xBBBBBB),
            Role::Outline => pick(0x66758A, 0x7D838B, 0x777777),
            Role::Text => pick(0xE8EDF3, 0x1B2027, 0x000000),
            Role::Secondary => pick(0xA9B4C2, 0x525B66, 0x444444),
            Role::Faint => pick(0x838F9E, 0x636B75, 0x666666),
            Role::Region(Hue::A) => pick(0xFFB347, 0xA85A00, 0xA85A00),
            Role::Region(Hue::B) => pick(0x58B4FF, 0x0B62AE, 0x0B62AE),
            Role::Region(Hue::C) => pick(0xE07BB9, 0xA3207A, 0xA3207A),
            Role::CurveCore => pick(0xFFF6E5, 0x11151B, 0x000000),
            Role::Link(t) => pick(0x2E3B4A, 0xCDD2D6, 0xC8C8C8).mix(pick(0xB7C7D8, 0x3B4754, 0x3B4754), t),
            Role::SpinUp => pick(0xE8EDF3, 0x1B2027, 0x1B2027),
            Role::SpinDown => pick(0x66758A, 0x7D838B, 0x7D838B),
            Role::Focus => pick(0xA5B0FF, 0x4453C7, 0x4453C7),
            Role::Error => pick(0xFF6B81, 0xA8002F, 0xA8002F),
            // The far end is half way to the strongest link, so that links and curve are seen on every tile.
            Role::Tint { ground, share } => {
                self.color(Role::Tile(ground)).mix(pick(0x566577, 0xA7AFB7, 0xADB4BB), share)
            }
            Role::SignedTint { ground, share } => {
                let hue = if share < 0.0 { Hue::B } else { Hue::A };
                self.color(Role::Tile(ground)).mix(self.color(Role::Region(hue)), 0.5 * share.abs())
            }
            Role::Signed(share) => {
                let hue = if share < 0.0 { Hue::B } else { Hue::A };
                self.color(Role::Link(0.2)).mix(self.color(Role::Region(hue)), share.abs())
            }
            Role::Layer(t) => {
                let t = if self.is_dark() { 0.25 + 0.75 * t } else { 0.75 * t }.clamp(0.0, 1.0) * 4.0;
                let i = (t as usize).min(3);
                CIVIDIS[i].mix(CIVIDIS[i + 1], t - i as f32)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_marks_have_contrast_on_their_grounds() {
        for theme in Theme::ALL {
            for ground in [Role::Canvas, Role::Panel, Role::Raised] {
                for text in [Role::Text, Role::Secondary, Role::Faint, Role::Error] {
                    let ratio = theme.color(text).contrast(theme.color(ground));
                    assert!(ratio >= 4.5, "{theme:?} {text:?} on {ground:?}: {ratio:.2}");
                }
                for mark in [Role::Outline, Role::Region(Hue::A), Role::Region(Hue::B), Role::Region(Hue::C)]
                {
                    let ratio = theme.color(mark).contrast(theme.color(ground));
                    assert!(ratio >= 3.0, "{theme:?} {mark:?} on {ground:?}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn words_over_the_picture_have_contrast_over_every_tile_and_tint() {
        for theme in Theme::ALL {
            let canvas = theme.color(Role::Canvas);
            let hues = [Hue::A, Hue::B, Hue::C].map(Role::Region);
            let tones = [0.0, 0.5, 1.0].into_iter();
            let tones = tones
                .flat_map(|t| [Role::Tile(t), Role::Link(t), Role::Layer(t), Role::Signed(2.0 * t - 1.0)]);
            for below in hues.into_iter().chain(tones) {
                let ground = theme.color(below).mix(canvas, GROUND);
                for text in [Role::Text, Role::Secondary, Role::Faint] {
                    let ratio = theme.color(text).contrast(ground);
                    assert!(ratio >= 4.5, "{theme:?} {text:?} over {below:?}: {ratio:.2}");
                }
            }
        }
    }

    /// What a colour is to someone who lacks one kind of cone: Machado, Oliveira and Fernandes 2009, table for
    /// severity 1, on linear RGB.
    const DEFICIENCIES: [(&str, [[f64; 3]; 3]); 3] = [
        (
            "protan",
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
        ),
        (
            "deutan",
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
        ),
        (
            "tritan",
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ),
    ];

    fn linear(Rgb(r, g, b): Rgb) -> [f64; 3] {
        [r, g, b].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| (0..3).map(|i| row[i] * v[i]).sum())
    }

    /// CIE 1976 L*a*b* under D65 of a colour in linear sRGB.
    fn lab(rgb: [f64; 3]) -> [f64; 3] {
        let xyz = times(
            [
                [0.412_456_4, 0.357_576_1, 0.180_437_5],
                [0.212_672_9, 0.715_152_2, 0.072_175],
                [0.019_333_9, 0.119_192, 0.950_304_1],
            ],
            rgb.map(|c| c.clamp(0.0, 1.0)),
        );
        let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
        let [x, y, z] = [xyz[0] / 0.950_47, xyz[1], xyz[2] / 1.088_83].map(f);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn delta_e76(a: [f64; 3], b: [f64; 3]) -> f64 {
        (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn regions_are_told_apart_without_any_one_kind_of_cone() {
        // Both ends of the scale: white is L* = 100, and grey stays grey for everyone.
        let white = lab([1.0; 3]);
        assert!((white[0] - 100.0).abs() < 1e-3 && white[1].abs() < 0.05 && white[2].abs() < 0.05);
        for (_, matrix) in DEFICIENCIES {
            assert!(times(matrix, [0.5; 3]).iter().all(|c| (c - 0.5).abs() < 1e-5));
        }
        for theme in Theme::ALL {
            for (a, b) in [(Hue::A, Hue::B), (Hue::A, Hue::C), (Hue::B, Hue::C)] {
                for (name, matrix) in DEFICIENCIES {
                    let [one, other] =
                        [a, b].map(|hue| lab(times(matrix, linear(theme.color(Role::Region(hue))))));
                    let apart = delta_e76(one, other);
                    assert!(apart >= 15.0, "{theme:?} {a:?} {b:?} {name}: {apart:.1}");
                }
            }
        }
    }

    #[test]
    fn contrast_of_black_on_white_is_21() {
        assert!((Rgb::hex(0).contrast(Rgb::hex(0xFFFFFF)) - 21.0).abs() < 1e-9);
    }
}
