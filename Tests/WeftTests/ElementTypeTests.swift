import Testing
import Weft

@Test func `an element type refuses a width outside its container`() {
  for container in ElementType.Container.allCases {
    #expect(ElementType(isSigned: true, width: 0, container: container) == nil)
    #expect(ElementType(isSigned: true, width: Int(container.rawValue) + 1, container: container) == nil)
    #expect(ElementType(isSigned: false, width: 1, container: container)?.maximum == 1)
  }
}
