import Devices
import Synchronization
import Testing

@testable import LibUSB

struct ThreadStepsTests {
  @Test func `a step that fails is told once, and repeated after a pause until it is over`() {
    let told = Mutex<[Int32?]>([])
    var pauseCount = 0
    var steps = ThreadSteps(onFault: { fault in told.withLock { $0.append(fault.underlyingCode) } })
    steps.pause = { pauseCount += 1 }
    func failed(_ code: Int32) -> ThreadSteps.Outcome {
      .failed(DeviceError(.exhausted, device: LibUSBBus.deviceID, underlyingCode: code))
    }
    var outcomes = [.done, failed(1), failed(1), failed(2), .done, .done, failed(3), .over, .done]

    steps.run { outcomes.removeFirst() }

    #expect(outcomes.count == 1)
    #expect(pauseCount == 4)
    #expect(told.withLock { $0 } == [1, 3])
  }
}
