import Networks
import Weft

extension ModelFile {
  /// How files are opened.
  public struct OpeningOptions: Sendable {
    /// Quantises floating-point arrays; nil refuses them where a file is nothing but arrays, and carries them where
    /// it is a model.
    public var quantization: FloatQuantization?
    /// Samples of a network folder whose activations are taken.
    public var sampleCount: Int
    /// Most bytes that a compressed archive may inflate to.
    public var inflatedByteLimit: Int

    /// Makes options.
    public init(
      quantization: FloatQuantization? = nil, sampleCount: Int = 1, inflatedByteLimit: Int = NpzFile.defaultByteLimit
    ) {
      self.quantization = quantization
      self.sampleCount = sampleCount
      self.inflatedByteLimit = inflatedByteLimit
    }
  }

  /// Opens a file or folder of any known format, told by its content where that is certain and by its name's ending
  /// otherwise.
  ///
  /// `.npy`, `.npz`, `.safetensors`, `.tflite`, `.onnx`, a network folder, a DNNsim folder, a SCALE-Sim `.csv`. The
  /// file is mapped and must not change while the result lives. Throws one error for whatever is wrong.
  public static func open(
    _ path: String, options: OpeningOptions = OpeningOptions()
  ) throws(TensorFileError) -> ModelFile {
    if MappedFile.isFolder(path) { return try openFolder(path, options) }
    let file = try MappedFile.open(path)
    let name = RelativePath.stem(of: path)
    return try read(file, path: path, name: name, options: options)
  }

  /// Reads a file that is mapped already; `path` says its ending and where files beside it are, `name` what a bare
  /// array or a graph is called.
  public static func read(
    _ file: ByteRegion, path: String, name: String, options: OpeningOptions = OpeningOptions()
  ) throws(TensorFileError) -> ModelFile {
    var model: ModelFile
    var keeping: Set<String> = []
    var isModel = false
    switch FileFormat(of: FileBytes(file), path: path) {
    case .npy: model = ModelFile(arrays: [try NpyFile.read(file, name: name)])
    case .npz: model = try NpzFile.read(file, byteLimit: options.inflatedByteLimit)
    case .safetensors: model = try SafetensorsFile.read(file)
    case .tflite:
      model = try TfliteFile.read(file, name: name)
      isModel = true
    case .onnx:
      (model, keeping) = try OnnxFile.read(file, name: name, folder: RelativePath.folder(of: path))
      isModel = true
    case .topology:
      model = ModelFile(graph: try TopologyFile.read(file, name: name))
      isModel = true
    case nil:
      throw TensorFileError(
        .unsupported, "no .npy, .npz, .safetensors, .tflite, .onnx or topology .csv, nor a network folder")
    }
    if let rule = options.quantization { return try model.quantized(as: rule, keeping: keeping) }
    return isModel ? model : try model.needingNoQuantization()
  }

  private static func openFolder(_ path: String, _ options: OpeningOptions) throws(TensorFileError) -> ModelFile {
    if MappedFile.exists(path + "/" + NetworkFolder.graphFile) {
      let model = try NetworkFolder(path).model(sampleCount: options.sampleCount)
      return try options.quantization.map { rule throws(TensorFileError) in try model.quantized(as: rule) } ?? model
    }
    if let tree = try SimulatorTree(path) { return try tree.model(quantization: options.quantization) }
    throw TensorFileError(.unsupported, "a folder without \(NetworkFolder.graphFile) or model.csv")
  }
}
