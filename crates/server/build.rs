//! Makes sure the folders of the built web pages exist, so that the server compiles without Node. What is in them is
//! embedded; nothing is written into them.

use std::path::Path;

fn main() {
    for site in ["dashboard", "widget"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../web/{site}/dist"));
        if let Err(fault) = std::fs::create_dir_all(&folder) {
            panic!("cannot make {}: {fault}", folder.display());
        }
        println!("cargo:rerun-if-changed={}", folder.display());
    }
    println!("cargo:rerun-if-changed=build.rs");
}
