# kioskd: what a newcomer and the continuous integration run. See README.md.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# One configuration for everything, so that nothing is built twice: optimised, and testable.
SWIFT_BUILD_FLAGS := -c release -Xswiftc -enable-testing
BIN := .build/release
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo)
DATA ?= data
PORT ?= 8480

# What the daemon needs to build and run …
PACKAGES := libusb-1.0-0-dev libudev-dev libsqlite3-dev libfreetype-dev libpng-dev libzint-dev \
  libpcsclite-dev \
  pkg-config git ca-certificates fonts-noto-cjk fonts-dejavu-core \
  fonts-tlwg-mono-ttf fonts-inter
# … and what its tests need besides: an emulated usbfs, a virtual machine with a kernel of its
# own, and a browser.
TEST_PACKAGES := $(PACKAGES) umockdev libumockdev-dev qemu-system-x86 kmod udev busybox-static \
  cpio xz-utils pcscd libccid chromium chromium-driver

# Tests that start programs, browsers and machines: one after the other, or they starve each other.
ALONE := ^(RigTests|BrowserTests|KillTests|KioskctlTests|WebUITests|StorageTests.LedgerSoakTests)

.PHONY: help run build test lint bench bills fuzz soak soak-ledger install-run install-bench \
  install-test rig

help:
	@echo "make run    build, and start a simulated kiosk with a sample shop"
	@echo "make test   build, and run every test, the virtual machine's and the browser's included"
	@echo "make soak   build, and sell in the virtual machine while $(SOAK_EVENTS) things go wrong"
	@echo "make soak-ledger  build, and do $(LEDGER_OPERATIONS) operations of the ledger beside its model"
	@echo "make bench  build, and print the figures of docs/benchmarks.md"

run: build
	@$(BIN)/kioskd run --simulate --sample --data $(DATA) --port $(PORT)

# The programs alone: the rig of the tests needs packages that running does not.
build: install-run
	swift build $(SWIFT_BUILD_FLAGS) --product kioskd
	swift build $(SWIFT_BUILD_FLAGS) --product kioskctl

test: install-test lint rig
	swift build $(SWIFT_BUILD_FLAGS) --build-tests
	KIOSK_BIN=$(CURDIR)/$(BIN) swift test $(SWIFT_BUILD_FLAGS) --skip-build --skip '$(ALONE)'
	KIOSK_BIN=$(CURDIR)/$(BIN) swift test $(SWIFT_BUILD_FLAGS) --skip-build --no-parallel \
	  --filter '$(ALONE)'

lint:
	swift format lint --strict --recursive Sources Tests Benchmarks Package.swift

# The virtual machine's kernel and first file system, made once.
rig: install-test
	Tests/Rig/build-rig.sh || { $(AS_ROOT) apt-get update -qq && Tests/Rig/build-rig.sh; }

# Hours of a shop's mishaps in minutes. The last lines are what a release note cites.
SOAK_EVENTS ?= 500
SOAK_LIMIT_SECONDS ?= 5400
# Once: a seed that changes while it is printed is none.
KIOSK_SEED := $(or $(KIOSK_SEED),$(shell date +%s))

soak: rig
	swift build $(SWIFT_BUILD_FLAGS) --product kioskd
	swift build $(SWIFT_BUILD_FLAGS) --product kioskctl
	swift build $(SWIFT_BUILD_FLAGS) --product RigDevices
	@echo "soak: seed $(KIOSK_SEED), commit $$(git rev-parse --short HEAD), $$(date -u +%F)"
	Tests/Rig/run-in-vm.sh -t $(SOAK_LIMIT_SECONDS) -- Tests/Rig/soak.sh $(CURDIR)/$(BIN) \
	  $(SOAK_EVENTS) $(KIOSK_SEED)
	@echo "soak: passed; seed $(KIOSK_SEED), commit $$(git rev-parse --short HEAD), $$(date -u +%F)"

# A million operations of a small shop, the ledger beside its model.
LEDGER_OPERATIONS ?= 1000000
soak-ledger: install-test
	swift build $(SWIFT_BUILD_FLAGS) --build-tests
	@echo "soak-ledger: seed $(KIOSK_SEED), commit $$(git rev-parse --short HEAD), $$(date -u +%F)"
	KIOSK_SEED=$(KIOSK_SEED) KIOSK_LEDGER_OPERATIONS=$(LEDGER_OPERATIONS) \
	  KIOSK_LEDGER_SECONDS=$(SOAK_LIMIT_SECONDS) \
	  swift test $(SWIFT_BUILD_FLAGS) --skip-build --filter 'LedgerSoakTests'
	@echo "soak-ledger: passed; seed $(KIOSK_SEED), commit $$(git rev-parse --short HEAD), $$(date -u +%F)"

bench: install-bench
	swift build $(SWIFT_BUILD_FLAGS) --product kiosk-bench
	Benchmarks/peers/prepare.sh
	$(BIN)/kiosk-bench

# Amounts spread over the lines of a million random bills, to the last unit.
bills: install-run
	BILLS=1000000 swift test $(SWIFT_BUILD_FLAGS) --filter AllocationTests

# Every parser of bytes from outside under libFuzzer, so many seconds each.
SECONDS_EACH = $(or $(SECONDS),60)
fuzz: install-run
	Tests/Fuzz/run.sh $(SECONDS_EACH) $(PARSERS)

# Says what it installs; asks for root's password only when it must.
define install
	@missing=(); for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing+=($$p); done; \
	if (( $${#missing[@]} )); then \
	  echo "Installing Debian packages: $${missing[*]}"; \
	  $(AS_ROOT) apt-get update -qq; \
	  $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null; fi
endef

install-run:
	$(call install,$(PACKAGES))

install-bench:
	$(call install,$(PACKAGES) python3-venv)

install-test:
	$(call install,$(TEST_PACKAGES))
