//! The shape of the workspace, as tests.
//!
//! They read the graph of packages from Cargo and the sources as text. Every rule is a function
//! that returns what violates it, so that [`planted`] can hand it a violation and see it bite: a
//! rule that has never been seen failing is not a rule. Reading text has a limit, and it is the
//! same for all of them: a macro or a re-export can hide an edge from them.

#[cfg(test)]
#[path = "architecture/documents.rs"]
mod documents;
#[cfg(test)]
#[path = "architecture/layers.rs"]
mod layers;
#[cfg(test)]
#[path = "architecture/packages.rs"]
mod packages;
#[cfg(test)]
#[path = "architecture/planted/mod.rs"]
mod planted;
#[cfg(test)]
#[path = "architecture/source.rs"]
mod source;
#[cfg(test)]
#[path = "architecture/sql.rs"]
mod sql;
#[cfg(test)]
#[path = "architecture/workspace.rs"]
mod workspace;

#[cfg(test)]
mod the_workspace {
    use crate::workspace::Workspace;
    use crate::{documents, layers, packages, sql};

    #[track_caller]
    fn obeys(rule: fn(&Workspace) -> Vec<String>) {
        let violations = rule(&Workspace::read());
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }

    #[test]
    fn dependencies_point_one_way() {
        obeys(packages::direction);
    }

    #[test]
    fn production_reaches_the_sandbox_only_through_the_demo_feature() {
        obeys(packages::sandbox_behind_demo);
    }

    #[test]
    fn no_build_has_planted_faults_unless_asked() {
        obeys(packages::planted_on_request);
    }

    #[test]
    fn packages_share_lints_and_have_one_test_binary() {
        obeys(packages::manifests);
    }

    #[test]
    fn markets_have_the_same_shape() {
        obeys(packages::market_shape);
    }

    #[test]
    fn migrations_come_in_pairs_and_are_listed() {
        obeys(packages::migrations);
    }

    #[test]
    fn files_are_short() {
        obeys(packages::file_length);
    }

    #[test]
    fn layers_of_a_market_point_inwards() {
        obeys(layers::direction);
    }

    #[test]
    fn domains_are_pure() {
        obeys(layers::purity);
    }

    #[test]
    fn the_kernel_names_no_market() {
        obeys(layers::kernel_is_ignorant);
    }

    #[test]
    fn engines_differ_only_inside_the_database_layer() {
        obeys(layers::engine_branches);
    }

    #[test]
    fn sql_stands_in_stores() {
        obeys(sql::only_in_stores);
    }

    #[test]
    fn sql_names_only_tables_of_its_own_package() {
        obeys(sql::own_tables);
    }

    #[test]
    fn links_between_documents_lead_somewhere() {
        obeys(documents::links);
    }

    #[test]
    fn decisions_are_listed_with_their_status() {
        obeys(documents::decisions);
    }
}
