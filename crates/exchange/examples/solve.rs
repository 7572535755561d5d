fn main() {
    let mut args = std::env::args().skip(1);
    let text = std::fs::read_to_string(args.next().unwrap()).unwrap();
    let lambda: f64 = args.next().unwrap().parse().unwrap();
    let t = std::time::Instant::now();
    let tree = match exchange::read(&text) {
        Ok(t) => t,
        Err(m) => {
            println!("{m:?}");
            return;
        }
    };
    eprintln!("read {:?} nodes {}", t.elapsed(), tree.nodes.len());
    let t = std::time::Instant::now();
    match exchange::solve(&tree, lambda, exchange::Meeting::Stop) {
        Ok(profile) => {
            eprintln!("solved {:?} steps {} residual {:e}", t.elapsed(), profile.steps, profile.residual);
            let a = exchange::profile::Answer { tree: &tree, profile: &profile, version: "x" };
            if args.next().is_some() {
                print!("{}", a.text(20));
            } else {
                println!("{}", serde_json::to_string(&a).unwrap());
            }
        }
        Err(e) => println!("{{\"error\": \"{e}\"}}"),
    }
}
