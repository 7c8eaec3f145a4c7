//! The domain wall of random tensors behind the tiles of the bulk: which walk a document asks for, and the whole of it.

use crate::entanglement::DomainWall;
use crate::figure::tints::TileTint;
use crate::holography::BulkNetwork;
use crate::session::Document;
use crate::sim::{Engine, WallCommand, WallSnapshot, WallTask, WallWalker};

/// Sweeps of a walk whose means are shown: they stand still to about a hundredth then.
const SWEEPS: u64 = 20_000;
/// Beyond this bond dimension single flips hardly ever go uphill, one in D for each link more: the wall stays in the valley
/// that it came to first, and its mean is that valley's.
pub const MOST_MOVING: u32 = 64;
/// A walk that is watched has no end.
const ENDLESS: u64 = u64::MAX;

/// The walk whose spins the tiles of a document show; none where they show something else, where region A is empty,
/// and on networks that are too large for it. One that is watched goes on for ever.
#[must_use]
pub fn task(document: &Document, network: &BulkNetwork, watched: bool) -> Option<WallTask> {
    let geometry = *network.network.geometry();
    let shown = document.view.tiles == TileTint::DomainWall && !document.regions.a.is_empty();
    (shown && geometry.sites() <= DomainWall::MOST_SITES).then(|| WallTask {
        number: 0,
        geometry,
        bond_dimension: document.network.bond_dimension,
        region: document.regions.a.clone(),
        seed: document.learning.seed,
        sweeps: if watched { ENDLESS } else { SWEEPS },
    })
}

/// Whether a walk is to be seen as it goes, and not by its means.
#[must_use]
pub fn is_watched(wall: &WallSnapshot) -> bool {
    wall.task.sweeps == ENDLESS
}

/// A walk to its end; the same numbers whatever shows it. Seconds at 2¹² sites. `None` if `go_on` calls it off.
#[must_use]
pub fn walked(task: WallTask, go_on: &dyn Fn() -> bool) -> Option<WallSnapshot> {
    let mut walker = WallWalker::default();
    walker.apply(WallCommand::Walk(Box::new(task)));
    while walker.advance() {
        if !go_on() {
            return None;
        }
    }
    walker.snapshot()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::study::bulk_network;
    use crate::session::keys::set_all;

    #[test]
    fn tiles_show_a_walk_of_region_a_and_nothing_else_does() {
        let mut document = Document::default();
        let pairs = [("network.sites", "32"), ("network.capacity", "unit"), ("regions.a", "4..14")];
        let pairs = pairs.map(|(key, value)| (key.to_string(), value.to_string()));
        set_all(&mut document, &pairs).unwrap();
        let network = bulk_network(&document, None).unwrap();
        assert!(task(&document, &network, false).is_none());
        document.view.tiles = TileTint::DomainWall;
        let walk = task(&document, &network, false).unwrap();
        assert_eq!(walk.region, document.regions.a);
        assert!(walked(walk.clone(), &|| false).is_none());
        let shown = walked(walk, &|| true).unwrap();
        // The rim is pinned: down on A, up on the rest.
        let rim = shown.layer(0);
        assert!((0..32).all(|site| (rim[site] < 0.0) == (4..14).contains(&site)));
        // The walk and the sum over all states agree within four standard errors.
        let ([mean, error], exact) = (shown.wall_links.unwrap(), shown.exact_wall_links.unwrap());
        assert!((mean - exact).abs() < 4.0 * error, "{mean} ± {error}, {exact}");
    }
}
