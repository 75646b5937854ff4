extension CCID {
  /// What a reader is, and how it is watched.
  public struct ReaderConfiguration: Equatable, Sendable {
    /// How it is found out that a card is still there.
    public enum Presence: String, Equatable, Sendable, CaseIterable {
      /// By the status of the slot.
      case status
      /// Also by asking for the UID, for readers that tell late, or not at all, that a card which
      /// was talked to is gone.
      case uid
    }

    /// The class descriptor, corrected by what is known of the model.
    public var descriptor: ClassDescriptor
    /// The slots that are watched, in order; those of security modules are left out.
    public var slots: [UInt8]
    /// Sent before the first look; a reader that does not know one of them is used as it is.
    public var setup: [Command]
    public var passThrough: CardReaderAbilities.PassThrough
    /// A reader with a PN532 is asked whether more than one card is in its field.
    public var countsTargets: Bool
    public var presence: Presence
    /// Whether it has an interrupt endpoint, on which it has to tell of a card that comes (5.2.3).
    public var notifies: Bool
    /// Between looks at an empty slot.
    public var pollMilliseconds: Int
    /// Between looks at a slot with a card, for the first `maximumCloseLooks` looks.
    public var closePollMilliseconds: Int
    /// Between looks while a card comes or goes.
    public var debounceMilliseconds: Int

    /// Watches slot 0 by its status, every 250 ms at least.
    public init(
      descriptor: ClassDescriptor, slots: [UInt8] = [0], setup: [Command] = [],
      passThrough: CardReaderAbilities.PassThrough = .none, countsTargets: Bool = false,
      presence: Presence = .status, notifies: Bool = false, pollMilliseconds: Int = 250,
      closePollMilliseconds: Int = 100, debounceMilliseconds: Int = 80
    ) {
      self.descriptor = descriptor
      self.slots = slots
      self.setup = setup
      self.passThrough = passThrough
      self.countsTargets = countsTargets
      self.presence = presence
      self.notifies = notifies
      self.pollMilliseconds = pollMilliseconds
      self.closePollMilliseconds = closePollMilliseconds
      self.debounceMilliseconds = debounceMilliseconds
    }
  }
}
