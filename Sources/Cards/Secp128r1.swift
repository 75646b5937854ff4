import BigInt

/// ECDSA verification on the curve secp128r1 (SEC 2 version 1.0, 2.6.1), which the makers of NFC
/// chips sign UIDs with and which libraries have dropped: 64 bits of security, no more.
enum Secp128r1 {
  struct Point: Equatable {
    let x: BigInt
    let y: BigInt
  }

  static let coordinateByteCount = 16

  private static let prime = constant(0xFFFF_FFFD_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF)
  private static let a = constant(0xFFFF_FFFD_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFC)
  private static let b = constant(0xE875_79C1_1079_F43D, 0xD824_993C_2CEE_5ED3)
  private static let order = constant(0xFFFF_FFFE_0000_0000, 0x75A3_0D1B_9038_A115)
  private static let base = Point(
    x: constant(0x161F_F752_8B89_9B2D, 0x0C28_607C_A52C_5B86),
    y: constant(0xCF5A_C839_5BAF_EB13, 0xC02D_A292_DDED_7A83))

  /// The uncompressed point `04 x y`; nil if it is not one of the curve.
  static func point(_ bytes: [UInt8]) -> Point? {
    guard bytes.count == 1 + 2 * coordinateByteCount, bytes[0] == 0x04 else { return nil }
    let point = Point(
      x: number(bytes[1...coordinateByteCount]), y: number(bytes[(coordinateByteCount + 1)...]))
    guard point.x < prime, point.y < prime,
      (point.y * point.y - point.x * point.x * point.x - a * point.x - b) % prime == 0
    else { return nil }
    return point
  }

  /// Whether `signature` (r, s, 16 bytes each) is one of `key` over `digest`, at most 16 bytes, as
  /// it is (SEC 1 version 2.0, 4.1.4).
  static func verifies(_ signature: [UInt8], of digest: [UInt8], by key: Point) -> Bool {
    guard signature.count == 2 * coordinateByteCount, digest.count <= coordinateByteCount else {
      return false
    }
    let r = number(signature[..<coordinateByteCount])
    let s = number(signature[coordinateByteCount...])
    guard (1..<order).contains(r), (1..<order).contains(s), let inverse = s.inverse(order) else {
      return false
    }
    let sum = add(
      multiply(base, by: number(digest[...]) * inverse % order),
      multiply(key, by: r * inverse % order))
    return sum.map { $0.x % order == r } ?? false
  }

  /// nil is the point at infinity.
  private static func multiply(_ point: Point, by factor: BigInt) -> Point? {
    var sum: Point?
    var power: Point? = point
    var rest = factor
    while rest > 0 {
      if rest & 1 == 1 { sum = add(sum, power) }
      power = add(power, power)
      rest >>= 1
    }
    return sum
  }

  private static func add(_ left: Point?, _ right: Point?) -> Point? {
    guard let left else { return right }
    guard let right else { return left }
    let rise: BigInt
    let run: BigInt
    if left.x != right.x {
      (rise, run) = (right.y - left.y, right.x - left.x)
    } else if left == right {
      (rise, run) = (3 * left.x * left.x + a, 2 * left.y)
    } else {
      return nil
    }
    guard let inverse = run.modulus(prime).inverse(prime) else { return nil }
    let slope = (rise * inverse).modulus(prime)
    let x = (slope * slope - left.x - right.x).modulus(prime)
    return Point(x: x, y: (slope * (left.x - x) - left.y).modulus(prime))
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> BigInt {
    bytes.reduce(BigInt(0)) { $0 << 8 | BigInt($1) }
  }

  private static func constant(_ high: UInt64, _ low: UInt64) -> BigInt {
    BigInt(high) << 64 | BigInt(low)
  }
}
