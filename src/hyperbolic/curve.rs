//! A curve as corners joined by geodesics, with boxes around its stretches: a picture passes over those that it does
//! not show without a look at their corners.

use super::point::HalfPlane;
use std::borrow::Cow;
use std::ops::Deref;

/// A box of the half-plane: least and largest x, least and largest z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Along the boundary, unwrapped on a ring.
    pub x: [f64; 2],
    /// Over the boundary.
    pub z: [f64; 2],
}

impl Bounds {
    /// A box around nothing, which every point makes larger.
    const NONE: Self = Self { x: [f64::INFINITY, f64::NEG_INFINITY], z: [f64::INFINITY, f64::NEG_INFINITY] };

    /// The box around points; [infinite](f64::INFINITY) and inside out around none.
    #[must_use]
    pub fn around<'a>(points: impl IntoIterator<Item = &'a HalfPlane>) -> Self {
        points.into_iter().fold(Self::NONE, |all, p| all.with(&Self { x: [p.x; 2], z: [p.z; 2] }))
    }

    /// Its middle, in x and in z.
    #[must_use]
    pub fn middle(&self) -> HalfPlane {
        HalfPlane { x: 0.5 * (self.x[0] + self.x[1]), z: 0.5 * (self.z[0] + self.z[1]) }
    }

    /// The box around both.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        let both = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a.min(c), b.max(d)];
        Self { x: both(self.x, other.x), z: both(self.z, other.z) }
    }
}

/// Corners of a stretch, and stretches of a longer one.
const STRETCH: usize = 8;
/// A curve of fewer corners has no boxes: all of it is looked at.
const WHOLE: usize = 2048;

/// A curve as corners joined by geodesics.
///
/// A cut of log N links has some hundred corners. One through links that hold nothing may run along the whole
/// boundary: a million, of which a page shows a few thousand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    corners: Vec<HalfPlane>,
    /// Boxes around the stretches of [`STRETCH`] steps, then around so many of those, until few are left; none for
    /// a short curve.
    levels: Vec<Vec<Bounds>>,
}

impl From<Vec<HalfPlane>> for Curve {
    /// O(corners).
    fn from(corners: Vec<HalfPlane>) -> Self {
        let mut levels: Vec<Vec<Bounds>> = Vec::new();
        if corners.len() > WHOLE {
            let last = corners.len() - 1;
            let stretch = |i: usize| Bounds::around(&corners[i..=last.min(i + STRETCH)]);
            let mut level: Vec<Bounds> = (0..last).step_by(STRETCH).map(stretch).collect();
            while level.len() > STRETCH {
                let joined = level.chunks(STRETCH).map(|some| some.iter().fold(Bounds::NONE, Bounds::with));
                let next = joined.collect();
                levels.push(std::mem::replace(&mut level, next));
            }
            levels.push(level);
        }
        Self { corners, levels }
    }
}

impl Deref for Curve {
    type Target = [HalfPlane];

    fn deref(&self) -> &[HalfPlane] {
        &self.corners
    }
}

impl Curve {
    /// The same curve, `shift` sites further.
    #[must_use]
    pub fn shifted(self, shift: f64) -> Self {
        let Self { mut corners, mut levels } = self;
        corners.iter_mut().for_each(|p| *p = p.shifted(shift));
        levels.iter_mut().flatten().for_each(|bounds| bounds.x = bounds.x.map(|x| x + shift));
        Self { corners, levels }
    }

    /// The box around it.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        match self.levels.last() {
            Some(top) => top.iter().fold(Bounds::NONE, Bounds::with),
            None => Bounds::around(&self.corners),
        }
    }

    /// The curve with the middle of the box in place of every stretch whose box `passes`; its ends stay. Short
    /// curves keep all of their corners.
    ///
    /// Cost: one question for every box that is not in a larger one that passes, and the corners that stay.
    #[must_use]
    pub fn thinned(&self, passes: impl Fn(&Bounds) -> bool) -> Cow<'_, [HalfPlane]> {
        let Some(top) = self.levels.last() else { return Cow::Borrowed(&self.corners) };
        let mut kept = vec![self.corners[0]];
        for i in 0..top.len() {
            self.add(self.levels.len() - 1, i, &passes, &mut kept);
        }
        kept.extend(self.corners.last());
        Cow::Owned(kept)
    }

    /// Adds a stretch of a level without its first corner, which the one before ends with, and the curve's last.
    fn add(&self, level: usize, i: usize, passes: &impl Fn(&Bounds) -> bool, kept: &mut Vec<HalfPlane>) {
        let from = i * STRETCH.pow(level as u32 + 1);
        if passes(&self.levels[level][i]) {
            kept.push(self.levels[level][i].middle());
        } else if level == 0 {
            kept.extend(&self.corners[from + 1..=(from + STRETCH).min(self.corners.len() - 2)]);
        } else {
            let parts = i * STRETCH..((i + 1) * STRETCH).min(self.levels[level - 1].len());
            parts.for_each(|part| self.add(level - 1, part, passes, kept));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A curve that wanders.
    fn curve(corners: usize) -> Curve {
        let at = |i: usize| HalfPlane { x: i as f64, z: 1.0 + (0.7 * i as f64).sin().abs() };
        (0..corners).map(at).collect::<Vec<_>>().into()
    }

    #[test]
    fn every_box_holds_its_stretch_and_all_of_them_the_curve() {
        for corners in [0, 1, 2, WHOLE, WHOLE + 1, WHOLE + 2, 5000, 70_000] {
            let curve = curve(corners);
            assert_eq!(curve.levels.is_empty(), corners <= WHOLE);
            assert_eq!(curve.bounds(), Bounds::around(curve.iter()));
            for (level, boxes) in curve.levels.iter().enumerate() {
                let steps = STRETCH.pow(level as u32 + 1);
                assert_eq!(boxes.len(), (corners - 1).div_ceil(steps));
                for (i, bounds) in boxes.iter().enumerate() {
                    let end = ((i + 1) * steps).min(corners - 1);
                    assert_eq!(*bounds, Bounds::around(&curve[i * steps..=end]));
                }
            }
            let moved = curve.clone().shifted(16.0);
            assert_eq!(moved, moved.to_vec().into());
        }
    }

    #[test]
    fn stretches_that_pass_are_one_corner_and_the_others_whole() {
        for corners in [WHOLE, WHOLE + 1, 70_001] {
            let curve = curve(corners);
            assert_eq!(*curve.thinned(|_| false), *curve);
            let ends = curve.thinned(|_| true);
            assert_eq!((ends.first(), ends.last()), (curve.first(), curve.last()));
            assert!(corners == WHOLE || ends.len() <= STRETCH + 2);
            // All corners from 1000 to 1100 stay, and so few others that they are looked at one by one.
            let seen = [1000.0, 1100.0];
            let kept = curve.thinned(|bounds| bounds.x[1] < seen[0] || bounds.x[0] > seen[1]);
            let inside = |p: &&HalfPlane| (seen[0]..=seen[1]).contains(&p.x);
            assert_eq!(kept.iter().filter(inside).count(), 101);
            assert!(kept.windows(2).all(|pair| pair[0].x < pair[1].x));
            assert!(corners == WHOLE || kept.len() < 101 + 7 * STRETCH, "{}", kept.len());
        }
    }
}
