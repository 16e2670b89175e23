/// The foreign file formats that are single files.
public enum FileFormat: String, Hashable, Sendable, CaseIterable {
  case npy
  case npz
  case safetensors
  case tflite
  case onnx
  /// SCALE-Sim's topology table.
  case topology = "csv"

  /// Tells the format by its first bytes where they are certain, else by the ending of `path`; nil when neither says.
  /// `bytes` are the whole file and begin at index 0.
  public init?<Bytes: RandomAccessCollection>(of bytes: Bytes, path: String)
  where Bytes.Element == UInt8, Bytes.Index == Int {
    if bytes.starts(with: NpyHeader.magic) {
      self = .npy
    } else if bytes.starts(with: [0x50, 0x4b, 3, 4]) || bytes.starts(with: [0x50, 0x4b, 5, 6]) {
      self = .npz
    } else if bytes.count >= 8, bytes[4..<8].elementsEqual(TfliteFile.identifier) {
      self = .tflite
    } else if let format = FileFormat.allCases.first(where: { path.hasSuffix("." + $0.rawValue) }) {
      self = format
    } else if let format = FileFormat(sniffing: bytes) {
      self = format
    } else {
      return nil
    }
  }

  /// For files without a name: a guess by what the two formats without an identifier begin with.
  private init?<Bytes: RandomAccessCollection>(sniffing bytes: Bytes)
  where Bytes.Element == UInt8, Bytes.Index == Int {
    if bytes.count > 8, bytes[8] == UInt8(ascii: "{"),
      bytes[0..<8].reversed().reduce(UInt64(0), { $0 << 8 | UInt64($1) }) < UInt64(bytes.count)
    {
      self = .safetensors
    } else if bytes.count > 2, bytes[0] == 8, bytes[1] < 32 {
      // The first field of a model is the version of its format.
      self = .onnx
    } else {
      return nil
    }
  }
}
