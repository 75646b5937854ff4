# For the scripts that run in the machine, which source it after setting `products`: what a daemon
# needs there. Only the guest's overlay is changed.
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# An emulated processor on a busy machine stands still for longer than any scanner pauses.
sed -i 's/gapMilliseconds: .*/gapMilliseconds: 1000/' "$repository"/drivers/honeywell-{keyboard,serial}.yaml
# Hundreds of sales are paid from one wallet.
sed -i '0,/principal: .*/s//principal: 900000000/' "$repository/config/sample/shop.yaml"

# The daemon runs as nobody, with the group of the udev rules and nothing else: what opens the
# devices is the rules. The way to the executable may lead through a private home.
for path in "$products" "$repository"; do
  while [ "$path" != / ]; do
    chmod a+rx "$path"
    path=$(dirname "$path")
  done
done
as_nobody=(setpriv --reuid=nobody --regid=kiosk --clear-groups --)

# data_directory NAME: makes one for the daemon and prints its path.
data_directory() {
  install -d -o nobody -g kiosk -m 750 "/var/lib/$1"
  echo "/var/lib/$1"
}
