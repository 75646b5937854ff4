import Devices
import Storage
import Testing

@testable import Daemon

struct PaperSupplyTests {
  @Test func `what was printed since the report is taken off, and a new roll is whole`() {
    var supply = PaperSupply(PrintPolicy(paperAfterNearEnd: 300))
    supply.printed(millimeters: 10_000)
    #expect(supply.allows(.coupon, millimeters: 5_000))
    let isNew = supply.told([.paperNearEnd])
    #expect(!isNew && supply.allows(.coupon, millimeters: 300))
    supply.printed(millimeters: 200)
    #expect(supply.allows(.coupon, millimeters: 100) && !supply.allows(.coupon, millimeters: 101))
    // A receipt is due at once, and is finished on the next roll if need be.
    #expect(supply.allows(.receipt, millimeters: 1_000))
    let isStillOld = !supply.told([.paperOut, .coverOpen])
    #expect(isStillOld && !supply.allows(.coupon, millimeters: 101))
    let isReplaced = supply.told([])
    #expect(isReplaced && supply.allows(.coupon, millimeters: 5_000))
  }
}
