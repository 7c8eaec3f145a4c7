//! The network of `graph` as GraphML, which networkx, igraph and Gephi read.

use super::graph::GraphReport;
use super::made_by::MadeBy;
use std::fmt::Write;

/// Names and types of what nodes and links have.
const KEYS: [(&str, &str, &str); 9] = [
    ("layer", "node", "int"),
    ("index", "node", "long"),
    ("x", "node", "double"),
    ("bias", "node", "double"),
    ("spins", "node", "int"),
    ("channel_biases", "node", "string"),
    ("slot", "edge", "int"),
    ("weight", "edge", "double"),
    ("capacity_nats", "edge", "double"),
];
/// Weights between several channels: rows as in the answer of `graph --json`.
const WEIGHT_MATRIX: (&str, &str, &str) = ("weight_matrix", "edge", "string");
/// Program and parameters: the object of the answer of `graph --json`.
const MADE_BY: (&str, &str, &str) = ("made_by", "graph", "string");

/// The network as a GraphML document: numbers as in the answer of `graph --json`, links from the lower layer to the
/// upper; parallel links stay separate, each under its number. Lists, and what made it, are written as JSON.
#[must_use]
pub fn graphml(report: &GraphReport, made_by: &MadeBy) -> Vec<u8> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        text.write_fmt(arguments)
            .and_then(|()| text.write_char('\n'))
            .expect("a string takes every character");
    };
    for (name, owner, kind) in KEYS.into_iter().chain([WEIGHT_MATRIX, MADE_BY]) {
        line(format_args!("<key id=\"{name}\" for=\"{owner}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"));
    }
    line(format_args!("<graph edgedefault=\"directed\">"));
    let made_by = serde_json::to_string(made_by).expect("words and numbers always serialise");
    line(format_args!("{}", datum("made_by", escaped(&made_by))));
    for node in &report.nodes {
        let mut data = datum("layer", node.layer) + &datum("index", node.index) + &datum("x", double(node.x));
        data += &node.bias.map_or_else(String::new, |bias| datum("bias", double(bias)));
        if let Some(biases) = &node.channel_biases {
            data += &datum("spins", node.spins);
            data += &datum("channel_biases", list(biases));
        }
        line(format_args!("<node id=\"n{}\">{data}</node>", node.id));
    }
    for link in &report.links {
        let mut data = datum("slot", link.slot);
        data += &link.weight.map_or_else(String::new, |weight| datum("weight", double(weight)));
        if let Some(rows) = &link.weight_matrix {
            let rows: Vec<String> = rows.iter().map(|row| list(row)).collect();
            data += &datum("weight_matrix", format!("[{}]", rows.join(",")));
        }
        data += &datum("capacity_nats", double(link.capacity_nats));
        let (id, from, to) = (link.id, link.from, link.to);
        line(format_args!("<edge id=\"e{id}\" source=\"n{from}\" target=\"n{to}\">{data}</edge>"));
    }
    line(format_args!("</graph>"));
    line(format_args!("</graphml>"));
    text.into_bytes()
}

fn datum(key: &str, value: impl std::fmt::Display) -> String {
    format!("<data key=\"{key}\">{value}</data>")
}

/// A text as it stands between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A number at full precision, as XML schema writes doubles.
fn double(x: f64) -> String {
    if x.is_infinite() { if x > 0.0 { "INF".into() } else { "-INF".into() } } else { format!("{x:?}") }
}

fn list(numbers: &[f64]) -> String {
    format!("[{}]", numbers.iter().map(|x| double(*x)).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::results::graph::{LinkRow, NodeRow};

    #[test]
    fn a_reader_of_xml_finds_every_node_and_link() {
        let node =
            |id, bias| NodeRow { id, layer: 0, index: id, x: 0.5, bias, spins: 1, channel_biases: None };
        let link = |id, weight, weight_matrix| LinkRow {
            id,
            from: 0,
            to: 1,
            slot: id as u8,
            weight,
            weight_matrix,
            capacity_nats: 1e-20,
        };
        let report = GraphReport {
            capacities: vec!["learned"],
            nodes: vec![
                node(0, Some(0.1)),
                NodeRow { spins: 2, channel_biases: Some(vec![1.0, -2.5]), ..node(1, None) },
            ],
            links: vec![link(7, Some(0.1 + 0.2), None), link(8, None, Some(vec![vec![1.0], vec![2.0]]))],
        };
        let mut session = crate::session::Document::default();
        session.samples_file = Some(crate::session::SamplesFile::named("a<b>&c.npy"));
        let made_by = super::super::made_by(&session);
        let text = String::from_utf8(graphml(&report, &made_by)).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let named = |name: &'static str| document.descendants().filter(move |n| n.tag_name().name() == name);
        let datum = |of: roxmltree::Node<'_, '_>, key: &str| {
            of.children().find(|d| d.attribute("key") == Some(key)).and_then(|d| d.text().map(String::from))
        };
        let said = datum(named("graph").next().unwrap(), "made_by").unwrap();
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said, serde_json::to_value(&made_by).unwrap());
        assert_eq!(said["parameters"]["theory.samples_file"], "a<b>&c.npy");
        let keys: Vec<_> = named("key").filter_map(|k| k.attribute("id")).collect();
        assert_eq!(named("node").count(), 2);
        let edges: Vec<_> = named("edge").collect();
        assert_eq!(edges.iter().filter_map(|e| e.attribute("id")).collect::<Vec<_>>(), ["e7", "e8"]);
        assert_eq!((edges[0].attribute("source"), edges[0].attribute("target")), (Some("n0"), Some("n1")));
        assert_eq!(datum(edges[0], "weight").unwrap().parse::<f64>(), Ok(0.1 + 0.2));
        assert_eq!(datum(edges[1], "weight_matrix").as_deref(), Some("[[1.0],[2.0]]"));
        assert_eq!(datum(edges[1], "capacity_nats").as_deref(), Some("1e-20"));
        for datum in named("data") {
            assert!(keys.contains(&datum.attribute("key").unwrap()));
        }
    }
}
