extension Checkout {
  /// One reduction, with all that went in and all that came out: reduced again under the same
  /// policy it comes to the same.
  public struct Transition: Equatable, Sendable, Codable {
    public let from: State
    public let event: Event
    public let context: Context
    public let to: State
    public let effects: [Effect]

    public init(
      from: State, event: Event, context: Context, to: State, effects: [Effect]
    ) {
      self.from = from
      self.event = event
      self.context = context
      self.to = to
      self.effects = effects
    }

    /// The same event in the same state once more.
    public func repeated(under policy: Policy) -> Transition {
      let (to, effects) = Checkout.reduce(from, event, context, under: policy)
      return Transition(from: from, event: event, context: context, to: to, effects: effects)
    }
  }
}
