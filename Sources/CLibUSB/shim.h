#include <libusb.h>

// libusb_set_option takes variable arguments, which Swift cannot call.
// Found devices come from udev, not from libusb: two lists of the same would race.
static inline int kiosk_libusb_disable_device_discovery(void) {
  return libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);
}
