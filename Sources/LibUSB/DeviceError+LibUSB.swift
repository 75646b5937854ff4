import CLibUSB
import Devices
import Glibc

/// The only mapping of libusb's and the kernel's codes.
extension DeviceError {
  /// For what a function of libusb returned, `LIBUSB_ERROR_*`.
  init(libusb code: Int32, device: DeviceID) {
    let kind: Kind =
      switch libusb_error(code) {
      case LIBUSB_ERROR_NO_DEVICE: .disconnected
      // After a reset: the device came back as another one, so this one is gone.
      case LIBUSB_ERROR_NOT_FOUND: .disconnected
      case LIBUSB_ERROR_ACCESS: .accessDenied
      case LIBUSB_ERROR_BUSY: .busy
      case LIBUSB_ERROR_TIMEOUT: .timedOut
      case LIBUSB_ERROR_PIPE: .stalled
      case LIBUSB_ERROR_INTERRUPTED: .cancelled
      case LIBUSB_ERROR_OVERFLOW: .malformedResponse
      case LIBUSB_ERROR_NO_MEM: .exhausted
      // The only ones that trying again cannot mend.
      case LIBUSB_ERROR_NOT_SUPPORTED, LIBUSB_ERROR_INVALID_PARAM: .unsupported
      // IO, OTHER and codes of a newer libusb: a reset may help.
      default: .malformedResponse
      }
    self.init(kind, device: device, underlyingCode: code)
  }

  /// For how a transfer ended, `LIBUSB_TRANSFER_*`; nil when it completed.
  init?(transfer status: libusb_transfer_status, device: DeviceID) {
    let code: libusb_error
    switch status {
    case LIBUSB_TRANSFER_COMPLETED: return nil
    case LIBUSB_TRANSFER_TIMED_OUT: code = LIBUSB_ERROR_TIMEOUT
    case LIBUSB_TRANSFER_CANCELLED: code = LIBUSB_ERROR_INTERRUPTED
    case LIBUSB_TRANSFER_STALL: code = LIBUSB_ERROR_PIPE
    case LIBUSB_TRANSFER_NO_DEVICE: code = LIBUSB_ERROR_NO_DEVICE
    case LIBUSB_TRANSFER_OVERFLOW: code = LIBUSB_ERROR_OVERFLOW
    // TRANSFER_ERROR: no answer on the wire, or a broken one.
    default: code = LIBUSB_ERROR_IO
    }
    self.init(libusb: code.rawValue, device: device)
  }

  /// For `errno` of opening the device's node.
  init(errno code: Int32, device: DeviceID) {
    let kind: Kind =
      switch code {
      case ENOENT, ENODEV, ENXIO: .disconnected
      case EACCES, EPERM: .accessDenied
      case EBUSY: .busy
      case EMFILE, ENFILE, ENOMEM: .exhausted
      // EIO and the like: it did not wake up; a reset or another try may help.
      default: .malformedResponse
      }
    self.init(kind, device: device, underlyingCode: code)
  }
}
