import Devices

/// Which devices are there, and which of that the consumer was told. Its events are the difference
/// of the two, so nothing is queued and nothing is lost, however slow the consumer is.
struct Roster {
  private struct Entry {
    let device: USBDeviceDescription
    /// Tells an attachment from a later one with the same address.
    let generation: UInt64
  }

  private var present: [Entry] = []
  private var announced: [String: UInt64] = [:]
  private var generation: UInt64 = 0

  /// A device that is known already at this address stays as it is, unless it is told now what it
  /// reports: then it is another one for who could not know it before.
  mutating func attach(_ device: USBDeviceDescription) {
    if present.contains(where: { $0.device.address == device.address }) { return learn(device) }
    guard present.count < Sysfs.maximumDeviceCount else { return }
    // One port holds one device: what was there went away unseen.
    present.removeAll { $0.device.topology == device.topology }
    generation += 1
    present.append(Entry(device: device, generation: generation))
  }

  /// Of a device that is there; of any other this says nothing. The kernel's driver reads the
  /// report descriptors after the device was told, and keeps them while it has the device.
  mutating func learn(_ device: USBDeviceDescription) {
    guard let index = present.firstIndex(where: { $0.device.address == device.address }),
      device.tellsReportsUnknown(to: present[index].device)
    else { return }
    generation += 1
    present[index] = Entry(device: device, generation: generation)
  }

  mutating func detach(address: String) {
    present.removeAll { $0.device.address == address }
  }

  /// All that is there; whatever else was known is gone.
  mutating func replaceAll(_ devices: [USBDeviceDescription]) {
    let addresses = Set(devices.map(\.address))
    present.removeAll { !addresses.contains($0.device.address) }
    for device in devices { attach(device) }
  }

  /// What the consumer does not know yet: departures first, then arrivals in their order.
  mutating func next() -> USBBusEvent? {
    let current = Dictionary(
      present.map { ($0.device.address, $0.generation) }, uniquingKeysWith: { _, last in last })
    if let gone = announced.filter({ current[$0.key] != $0.value }).keys.min() {
      announced[gone] = nil
      return .detached(address: gone)
    }
    guard let new = present.first(where: { announced[$0.device.address] == nil }) else {
      return nil
    }
    announced[new.device.address] = new.generation
    return .attached(new.device)
  }
}

extension USBDeviceDescription {
  fileprivate func tellsReportsUnknown(to old: USBDeviceDescription) -> Bool {
    interfaces.contains { interface in
      !interface.reportDescriptor.isEmpty
        && old.interfaces.contains {
          $0.number == interface.number && $0.reportDescriptor.isEmpty
        }
    }
  }
}
