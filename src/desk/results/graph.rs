//! What `graph` answers: every node and link of the network, numbered as `cut` numbers them.

use super::capacity_sources;
use crate::holography::BulkNetwork;
use crate::hyperbolic::Tile;
use crate::network::Node;
use serde::Serialize;

/// The answer of `graph`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GraphReport {
    /// Where the capacities of each layer of links come from.
    pub capacities: Vec<&'static str>,
    /// Layer 0 first.
    pub nodes: Vec<NodeRow>,
    /// Lowest layer first, block by block; parallel links stay separate. On an open line numbers are left
    /// out where a link would leave it.
    pub links: Vec<LinkRow>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeRow {
    /// Number.
    pub id: u64,
    /// Layer, 0 at the boundary.
    pub layer: u32,
    /// Place in its layer.
    pub index: u64,
    /// Abscissa of its centre in sites.
    pub x: f64,
    /// Hidden bias in the RBM below plus visible bias in the RBM above; absent without weights, and for a node
    /// of several spins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bias: Option<f64>,
    /// Spins on the node, where there are several channels.
    #[serde(skip_serializing_if = "is_one")]
    pub spins: usize,
    /// Bias of each of several spins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_biases: Option<Vec<f64>>,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkRow {
    /// Number.
    pub id: u64,
    /// Node in the lower layer.
    pub from: u64,
    /// Node in the upper layer.
    pub to: u64,
    /// Place in the receptive field of the upper node.
    pub slot: u8,
    /// Weight; absent where nothing was learned, and between several channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Weights between several channels: for each channel above, one number per channel below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_matrix: Option<Vec<Vec<f64>>>,
    /// Capacity.
    pub capacity_nats: f64,
}

fn is_one(spins: &usize) -> bool {
    *spins == 1
}

/// The whole network as lists: 2N nodes, r N links.
#[must_use]
pub fn graph_report(bulk: &BulkNetwork) -> GraphReport {
    let geometry = bulk.network.geometry();
    let nodes = (0..geometry.node_count())
        .map(|id| {
            let Node { layer, index } = geometry.node_at(id);
            let x = Tile { layer, index: index as i64 }.centre(geometry.field()).x;
            let node = Node { layer, index };
            let (bias, channel_biases) = (bulk.bias(node), bulk.channel_biases(node));
            NodeRow { id, layer, index, x, bias, spins: bulk.spins(node), channel_biases }
        })
        .collect();
    let links = geometry
        .links()
        .filter_map(|link| {
            let (lower, upper) = geometry.ends(link)?;
            Some(LinkRow {
                id: geometry.link_index(link),
                from: geometry.node_id(lower),
                to: geometry.node_id(upper),
                slot: link.slot,
                weight: bulk.weight(link),
                weight_matrix: bulk.weight_matrix(link),
                capacity_nats: bulk.network.nats(link),
            })
        })
        .collect();
    GraphReport { capacities: capacity_sources(bulk), nodes, links }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holography::CapacitySource;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::Geometry;
    use crate::rbm::{LayerRbm, Rbm, RbmShape};

    #[test]
    fn biases_of_both_rbms_meet_in_a_middle_layer() {
        let field = ReceptiveField::Three;
        let layers: Vec<LayerRbm> = (0..3)
            .map(|k| {
                Rbm {
                    hidden_bias: 10.0 * f64::from(k + 1),
                    visible_bias: [f64::from(k), f64::from(k) + 0.5],
                    ..Rbm::unbiased(
                        RbmShape { sites: 8 >> k, boundary: Boundary::Ring, field },
                        &[0.1, 0.2, 0.3],
                    )
                }
                .into()
            })
            .collect();
        let geometry = Geometry::new(3, Boundary::Ring, field, 3).unwrap();
        let source = CapacitySource::Learned { layers: &layers, complete: true };
        let graph = graph_report(&BulkNetwork::new(geometry, source).unwrap());
        let bias = |layer, index| {
            graph.nodes.iter().find(|n| (n.layer, n.index) == (layer, index)).and_then(|n| n.bias).unwrap()
        };
        assert_eq!([bias(0, 4), bias(0, 5), bias(1, 2), bias(1, 3)], [0.0, 0.5, 11.0, 11.5]);
        assert_eq!([bias(2, 1), bias(3, 0)], [22.5, 30.0]);
        assert_eq!((graph.nodes.len(), graph.links.len()), (15, 21));
        assert_eq!((graph.nodes[8].x, graph.links[2].weight), (1.5, Some(0.3)));
    }
}
