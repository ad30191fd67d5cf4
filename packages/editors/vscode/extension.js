"use strict";
// Starts `clawbeat lsp` for the configs that it reads; all else is the server's.
const { workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const settings = workspace.getConfiguration("clawbeat");
  const server = {
    command: settings.get("path"),
    args: ["lsp", ...settings.get("arguments")],
    transport: TransportKind.stdio,
  };
  const documentSelector = [{ scheme: "file", pattern: "**/openclaw{,.*}.{json,json5,yaml,yml}" }];
  client = new LanguageClient("clawbeat", "clawbeat", server, { documentSelector });
  await client.start();
};

exports.deactivate = () => client?.stop();
