import Networks
import TensorFiles
import Traffic
import Weft

/// What takes bytes that somebody else wrote: one case a format.
///
/// The coverage-guided fuzzer, the replay of its corpora and the seeded mutations all go through `outcome`, so that
/// whatever one of them finds the others keep.
enum FuzzTarget: String, CaseIterable, Sendable {
  case container
  case npy
  case npz
  case safetensors
  case tflite
  case onnx
  case network
  case topology
  case trace
  case profile

  /// Reads bytes and uses whatever they hold. Returns the error they end in, nil when there is none.
  ///
  /// Stops the process when something happens that no bytes may cause: an error of another type, an empty one, or
  /// results that contradict each other.
  func outcome(_ bytes: UnsafeRawBufferPointer) -> String? {
    let description: String
    do {
      try read(bytes)
      return nil
    } catch let error as WeftError {
      description = error.description
    } catch let error as TensorFileError {
      description = error.detail
    } catch let error as NetworkError {
      description = error.detail
    } catch let error as TraceProblem {
      description = error.description
    } catch {
      preconditionFailure("\(self): an error that is not documented: \(error)")
    }
    precondition(!description.isEmpty, "\(self): an error without words")
    return description
  }

  private func read(_ bytes: UnsafeRawBufferPointer) throws {
    switch self {
    case .container: try ContainerEntry.read([UInt8](bytes))
    case .npy, .npz, .safetensors: try ModelEntry.read(bytes, ending: rawValue, quantization: .int8)
    case .tflite, .onnx: try ModelEntry.read(bytes, ending: rawValue, quantization: nil)
    case .network: try ModelEntry.read(graph: bytes)
    case .topology: try ModelEntry.use(ModelFile(graph: try TopologyFile.read(bytes, name: "seed")))
    case .trace: try TraceEntry.read(bytes)
    case .profile: _ = try ProfileTable(bytes)
    }
  }
}
