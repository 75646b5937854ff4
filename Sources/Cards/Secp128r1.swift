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
    let sum = sum(
      of: base, times: number(digest[...]) * inverse % order, and: key, times: r * inverse % order)
    guard let inverse = sum.z.inverse(prime) else { return false }
    return sum.x * inverse * inverse % prime % order == r
  }

  /// A point whose coordinates are x/z² and y/z³: adding needs no division. z is 0 at infinity.
  private struct Jacobian {
    var x: BigInt
    var y: BigInt
    var z: BigInt

    static let infinity = Jacobian(x: 1, y: 1, z: 0)

    init(x: BigInt, y: BigInt, z: BigInt) { (self.x, self.y, self.z) = (x, y, z) }

    init(_ point: Point) { self.init(x: point.x, y: point.y, z: 1) }
  }

  /// Both products at once, bit by bit from the highest.
  private static func sum(
    of first: Point, times one: BigInt, and second: Point, times other: BigInt
  ) -> Jacobian {
    let (left, right) = (Jacobian(first), Jacobian(second))
    let both = add(left, right)
    var sum = Jacobian.infinity
    for bit in stride(from: 8 * coordinateByteCount, through: 0, by: -1) {
      sum = doubled(sum)
      switch ((one >> bit) & 1 == 1, (other >> bit) & 1 == 1) {
      case (true, true): sum = add(sum, both)
      case (true, false): sum = add(sum, left)
      case (false, true): sum = add(sum, right)
      case (false, false): break
      }
    }
    return sum
  }

  private static func doubled(_ point: Jacobian) -> Jacobian {
    guard point.z != 0, point.y != 0 else { return .infinity }
    let square = point.y * point.y % prime
    let s = 4 * point.x * square % prime
    let z2 = point.z * point.z % prime
    let m = (3 * point.x * point.x + a * (z2 * z2 % prime)) % prime
    let x = (m * m - 2 * s).modulus(prime)
    return Jacobian(
      x: x, y: (m * (s - x) - 8 * square * square).modulus(prime),
      z: 2 * point.y * point.z % prime)
  }

  private static func add(_ left: Jacobian, _ right: Jacobian) -> Jacobian {
    guard left.z != 0 else { return right }
    guard right.z != 0 else { return left }
    let (l2, r2) = (left.z * left.z % prime, right.z * right.z % prime)
    let (u1, u2) = (left.x * r2 % prime, right.x * l2 % prime)
    let s1 = left.y * r2 % prime * right.z % prime
    let s2 = right.y * l2 % prime * left.z % prime
    guard u1 != u2 else { return s1 == s2 ? doubled(left) : .infinity }
    let h = (u2 - u1).modulus(prime)
    let r = (s2 - s1).modulus(prime)
    let h2 = h * h % prime
    let h3 = h2 * h % prime
    let v = u1 * h2 % prime
    let x = (r * r - h3 - 2 * v).modulus(prime)
    return Jacobian(
      x: x, y: (r * (v - x) - s1 * h3).modulus(prime), z: h * left.z % prime * right.z % prime)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> BigInt {
    bytes.reduce(BigInt(0)) { $0 << 8 | BigInt($1) }
  }

  private static func constant(_ high: UInt64, _ low: UInt64) -> BigInt {
    BigInt(high) << 64 | BigInt(low)
  }
}
