package dev.mfr.examples.cli;

import dev.mfr.inference.ModelManifest;
import dev.mfr.landmarks.mesh.MeshModels;
import dev.mfr.onnx.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "models",
    description = "Lists the bundled networks: what they do, precision, licence, provenance.")
final class ModelsCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Mfr mfr;

  @Option(names = "--json", description = "One JSON object a network on stdout.")
  private boolean json;

  static List<ModelManifest> bundled() {
    List<ModelManifest> models = new ArrayList<>();
    models.addAll(MeshModels.bundled());
    models.addAll(OnnxModels.bundled());
    return models;
  }

  @Override
  public Integer call() {
    Console console = mfr.console();
    for (ModelManifest model : bundled()) {
      if (json) {
        console.json(
            Json.object()
                .put("name", model.name())
                .put("version", model.version())
                .put("role", model.role())
                .put("precision", model.precision())
                .put("input", model.input())
                .put("licence", model.licence())
                .put("provenance", model.provenance())
                .put("sha256", model.sha256()));
      } else {
        console.line(model.name() + " (version " + model.version() + ")");
        console.line("  role        " + model.role());
        console.line("  precision   " + model.precision());
        console.line("  input       " + model.input());
        console.line("  licence     " + model.licence());
        console.line("  provenance  " + model.provenance());
        console.line("  SHA-256     " + model.sha256());
      }
    }
    return ExitCode.DONE;
  }
}
