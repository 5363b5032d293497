package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * Whether an execution provider works on this machine, and if not, why.
 *
 * @param provider the provider that was tried
 * @param available whether networks can be opened with it
 * @param reason one sentence with the cure when it is not available, otherwise empty
 */
public record ProviderStatus(ExecutionProvider provider, boolean available, String reason) {

  public ProviderStatus {
    checkArgument(
        available == reason.isEmpty(), "a provider has a reason exactly when it is not available");
  }

  /** {@return one line for people} */
  @Override
  public String toString() {
    return provider.description() + (available ? ": available" : ": " + reason);
  }
}
