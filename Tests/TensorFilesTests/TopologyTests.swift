import Networks
import TensorFiles
import Testing
import Weft

private func topology(_ text: String) throws(TensorFileError) -> LayerGraph {
  try TopologyFile.read(ByteRegion(copying: Array(text.utf8)), name: "net")
}

@Test func `a SCALE-Sim topology gives the shapes and the multiplications of its layers`() throws {
  let graph = try topology(
    """
    Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,
    Conv1, 224, 224, 7, 7, 3, 64, 2,
    \tConv2, 56, 56, 3, 3, 64, 64, 1,

    FC6, 1, 1, 1, 1, 512, 1000, 1,
    """)
  let sizes = try graph.layers.map { layer in
    let input = try #require(graph.tensor(layer.inputs[0]))
    let output = try #require(graph.tensor(layer.output))
    return try #require(LayerGeometry(layer, input: input, output: output))
  }
  #expect(graph.layers.map(\.name) == ["Conv1", "Conv2", "FC6"])
  // The simulator counts a last window that hangs over the edge: ceil((224 - 7 + 2) / 2) = 110.
  #expect(sizes.map(\.outputHeight) == [110, 54, 1])
  #expect(sizes.map(\.multiplications) == [110 * 110 * 7 * 7 * 3 * 64, 54 * 54 * 9 * 64 * 64, 512 * 1000])
  let products = try topology("Layer, M, N, K,\nqkv, 128, 2304, 768,\n")
  let layer = try #require(products.layers.first)
  #expect(layer.operation == .fullyConnected && layer.weights?.shape == [2304, 768])
  #expect(products.tensor("qkv.input")?.shape == [128, 768])
}

@Test(arguments: [
  "", "name\n", "a,b,c,d\nConv,1,1,1\n", "a,b,c,d,e,f,g,h\nConv,3,3,4,4,1,1,1\n",
  "a,b,c,d,e,f,g,h\nConv,3,3,1,1,1,1,0\n", "a,b,c,d,e,f,g,h\nConv,3,3,1,1,1,x,1\n",
  "a,b,c,d,e,f,g,h\nConv,3,3,1,1,1,1,1\nConv,3,3,1,1,1,1,1\n", "l,m,n,k\nx,1048576,1048576,1048576\n",
])
func `a topology that is no table of layers is one error`(_ text: String) {
  let error = #expect(throws: TensorFileError.self) { try topology(text) }
  #expect(error?.place.isEmpty == false)
}
