#include <linux/usbdevice_fs.h>
#include <sys/ioctl.h>
#include <umockdev.h>

// usbfs's requests are macros of macros, which Swift cannot read.
static const unsigned long kiosk_usbfs_submit = USBDEVFS_SUBMITURB;
static const unsigned long kiosk_usbfs_reap = USBDEVFS_REAPURB;
static const unsigned long kiosk_usbfs_reap_now = USBDEVFS_REAPURBNDELAY;
static const unsigned long kiosk_usbfs_discard = USBDEVFS_DISCARDURB;
static const unsigned long kiosk_usbfs_claim = USBDEVFS_CLAIMINTERFACE;
static const unsigned long kiosk_usbfs_detach_and_claim = USBDEVFS_DISCONNECT_CLAIM;
static const unsigned long kiosk_usbfs_release = USBDEVFS_RELEASEINTERFACE;
static const unsigned long kiosk_usbfs_driver_ioctl = USBDEVFS_IOCTL;
static const unsigned long kiosk_usbfs_get_driver = USBDEVFS_GETDRIVER;
static const unsigned long kiosk_usbfs_clear_halt = USBDEVFS_CLEAR_HALT;
static const unsigned long kiosk_usbfs_reset = USBDEVFS_RESET;
static const unsigned long kiosk_usbfs_capabilities = USBDEVFS_GET_CAPABILITIES;
static const unsigned long kiosk_usbfs_speed = USBDEVFS_GET_SPEED;
static const unsigned long kiosk_usbfs_connect_info = USBDEVFS_CONNECTINFO;
