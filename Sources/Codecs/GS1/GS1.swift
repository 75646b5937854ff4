/// Numbers and symbols of GS1: GS1 General Specifications; ISO/IEC 15424 for the identifiers.
public enum GS1 {
  /// Why a scan is not the number of a trade item.
  public enum Refusal: Error, Equatable, Hashable, Sendable {
    /// Something else than digits where the symbology carries digits only.
    case notANumber
    /// No GTIN has this many digits in this symbology.
    case wrongLength(Int)
    case wrongCheckDigit(expected: UInt8, found: UInt8)
    /// Two or five digits beside a symbol (`]E1`, `]E2`), read without it.
    case addOnAlone
    /// A UPC-E number whose number system is neither 0 nor 1.
    case notUPCE
  }
}
