import CUmockdev
import Glibc

/// One request of a program to a node, and the program's memory behind it.
struct UsbfsRequest {
  /// A transfer as it lies in the program's memory, held until it is reaped.
  struct Held: @unchecked Sendable {  // touched on umockdev's thread alone
    fileprivate let urb: UnsafeMutablePointer<UMockdevIoctlData>
    fileprivate let buffer: UnsafeMutablePointer<UMockdevIoctlData>?

    /// Where the program keeps it.
    var address: UInt { urb.pointee.client_addr }

    func letGo() {
      if let buffer { umockdev_ioctl_data_unref(buffer) }
      umockdev_ioctl_data_unref(urb)
    }
  }

  private let client: UnsafeMutablePointer<UMockdevIoctlClient>
  private let argument: UnsafeMutablePointer<UMockdevIoctlData>
  let code: UInt

  init(_ client: UnsafeMutablePointer<UMockdevIoctlClient>) {
    self.client = client
    argument = umockdev_ioctl_client_get_arg(client)
    code = umockdev_ioctl_client_get_request(client)
  }

  var file: UsbfsNode.Client { UInt(bitPattern: client) }

  /// The argument itself, as long as what lies there was not looked at.
  var address: UInt { value(of: argument, as: UInt.self) ?? 0 }

  /// The number that the argument points at.
  var number: UInt32 {
    guard let data = umockdev_ioctl_data_resolve(argument, 0, 4, nil) else { return 0 }
    defer { umockdev_ioctl_data_unref(data) }
    return value(of: data, as: UInt32.self) ?? 0
  }

  /// Fills what the argument points at.
  func write(_ bytes: [UInt8]) {
    guard let data = umockdev_ioctl_data_resolve(argument, 0, gsize(bytes.count), nil) else {
      return
    }
    defer { umockdev_ioctl_data_unref(data) }
    data.pointee.data?.update(from: bytes, count: bytes.count)
  }

  /// `errno` 0 is success.
  func complete(_ error: Int32, result: Int = 0) {
    umockdev_ioctl_client_complete(client, error == 0 ? result : -1, error)
  }

  // MARK: - Transfers

  /// The transfer that is submitted; nil when the program's memory cannot be read.
  func transfer() -> (held: Held, header: usbdevfs_urb, bytes: [UInt8])? {
    let size = MemoryLayout<usbdevfs_urb>.size
    guard let urb = umockdev_ioctl_data_resolve(argument, 0, gsize(size), nil) else { return nil }
    guard let header = value(of: urb, as: usbdevfs_urb.self),
      let offset = MemoryLayout<usbdevfs_urb>.offset(of: \.buffer)
    else {
      umockdev_ioctl_data_unref(urb)
      return nil
    }
    let count = max(0, Int(header.buffer_length))
    let buffer =
      count == 0 ? nil : umockdev_ioctl_data_resolve(urb, gsize(offset), gsize(count), nil)
    let bytes = buffer?.pointee.data.map { Array(UnsafeBufferPointer(start: $0, count: count)) }
    return (Held(urb: urb, buffer: buffer), header, bytes ?? [])
  }

  /// Writes how a transfer ended into the program's memory and answers with its address.
  func deliver(_ held: Held, _ ended: UsbfsNode.Ended) {
    guard let header = held.urb.pointee.data else { return }
    header.withMemoryRebound(to: usbdevfs_urb.self, capacity: 1) {
      $0.pointee.status = ended.status
      $0.pointee.actual_length = Int32(ended.count)
      let isControl = $0.pointee.type == UInt8(USBDEVFS_URB_TYPE_CONTROL)
      if let buffer = held.buffer, let start = buffer.pointee.data {
        let offset = isControl ? 8 : 0
        let count = min(ended.data.count, max(0, Int(buffer.pointee.data_len) - offset))
        (start + offset).update(from: ended.data, count: count)
      }
    }
    let size = MemoryLayout<UInt>.size
    guard let place = umockdev_ioctl_data_resolve(argument, 0, gsize(size), nil) else { return }
    defer { umockdev_ioctl_data_unref(place) }
    umockdev_ioctl_data_set_ptr(place, 0, held.urb)
  }

  private func value<Value>(
    of data: UnsafeMutablePointer<UMockdevIoctlData>, as type: Value.Type
  ) -> Value? {
    guard let bytes = data.pointee.data, Int(data.pointee.data_len) >= MemoryLayout<Value>.size
    else { return nil }
    return UnsafeRawPointer(bytes).loadUnaligned(as: type)
  }
}
