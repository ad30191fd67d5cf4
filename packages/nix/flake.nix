{
  description = "What OpenClaw heartbeats cost, why, and a patch that makes them cheaper";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      source = ../..;
      manifest = (builtins.fromTOML (builtins.readFile (source + "/Cargo.toml"))).package;
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          inherit (manifest) version;
          src = source;
          cargoLock.lockFile = source + "/Cargo.lock";
          # The tests start programs of the machine; CI runs them.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            $out/bin/clawbeat man > clawbeat.1
            installManPage clawbeat.1
            installShellCompletion --cmd clawbeat \
              --bash <($out/bin/clawbeat completions bash) \
              --zsh <($out/bin/clawbeat completions zsh) \
              --fish <($out/bin/clawbeat completions fish)
          '';
          meta = {
            inherit (manifest) description;
            license = with pkgs.lib.licenses; [ mit asl20 ];
            mainProgram = "clawbeat";
          };
        };
      });

      openclawPlugin = system: {
        name = "clawbeat";
        skills = [ ../skill/clawbeat ];
        packages = [ self.packages.${system}.default ];
        needs = { stateDirs = [ ]; requiredEnv = [ ]; };
      };
    };
}
