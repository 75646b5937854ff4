import Codecs
import Testing

struct DigitalLinkTests {
  private func read(_ uri: String, acceptsWords: Bool = false) throws -> String {
    let dictionary = try ScanCorpora.dictionary()
    do throws(GS1.SyntaxRefusal) {
      return try dictionary.elements(ofLink: Array(uri.utf8), acceptsWords: acceptsWords)
        .map { "(\($0.identifier))\($0.value)" }.joined()
    } catch {
      return "\(error)"
    }
  }

  @Test func `a key, its qualifiers and attributes are read from any domain`() throws {
    let cases = [
      ("https://id.gs1.org/01/04006381333931/10/3A", "(01)04006381333931(10)3A"),
      (
        "HTTP://a.example:8443/p/1/01/04006381333931/22/2A/10/3A/21/X?17=261231&linkType=gs1:pip#f",
        "(01)04006381333931(22)2A(10)3A(21)X(17)261231"
      ),
      ("https://[2001:db8::1]/01/04006381333931/235/T", "(01)04006381333931(235)T"),
      // What looks like a key in the domain's own path is none: the last one counts.
      ("https://a/00/faux/00/376104250021234569", "(00)376104250021234569"),
      ("https://a/01/04006381333931/10/A%2FB%26", "(01)04006381333931(10)A/B&"),
      // A percent sign without digits stands for itself; empty and nameless parameters are no AI.
      ("https://a/01/04006381333931?10x=1&&s&=2&240=5%3A5%", "(01)04006381333931(240)5:5%"),
      ("https://a/255/6291041242298", "(255)6291041242298"),
    ]
    for (uri, expected) in cases { #expect(try read(uri) == expected, "\(uri)") }
  }

  @Test func `what is no Digital Link has a reason`() throws {
    let noKey = "the link's path has no GS1 key"
    let qualifiers = "the link's qualifiers are not those of its key, or out of order"
    let cases = [
      ("https:///01/04006381333931", "the link has no domain or no path"),
      ("https://a", "the link has no domain or no path"),
      ("https://a|b/01/04006381333931", "the link has a character that no URI has"),
      ("https://a$/01/04006381333931", "the link's domain has a character that no domain has"),
      ("https://a/", noKey), ("https://a/b/c", noKey), ("https://a/01/04006381333931/", noKey),
      ("https://a/10/ABC?11=210614", noKey), ("https://a/?01=04006381333931", noKey),
      ("https://a/gtin/04006381333931", noKey),
      ("https://a/01/04006381333931/21/X/10/3A", qualifiers),
      ("https://a/01/04006381333931/10/A/235/B", qualifiers),
      ("https://a/00/376104250021234569/10/3A", qualifiers),
      ("https://a/01/04006381333931/10/", "(10) has no data"),
      ("https://a/01/04006381333931?17=", "(17) has no data"),
      // A GTIN without its zeros.
      ("https://a/01/4006381333931", "(01) is too short"),
      ("https://a/01/04006381333932", "(01) fails the check csum"),
      ("https://a/01/04006381333931?12345=1", "the link has an unknown application identifier"),
      (
        "https://a/01/04006381333931?17=261231&17=261231",
        "the link has an application identifier twice"
      ),
      (
        "https://a/01/04006381333931?8019=1",
        "an application identifier must not stand behind the question mark"
      ),
      ("https://a/01/04006381333931?10=3A", "a qualifier stands behind the question mark"),
      ("https://a/01/04006381333931?240=A%00B", "the link has a zero byte"),
      ("https://a/01/04006381333931?240=A+B", "(240) has a character it must not have"),
      ("https://a/01/04006381333931?37=1", "(01) must not stand beside (37)"),
      (
        "https://a/402/59012342377631665?7022=9",
        "(7022) needs (01) and (7021), or (03) and (7021), or (8006) and (7021) beside it"
      ),
      (
        "https://a/01/04006381333931?" + (0..<70).map { "99=\($0)" }.joined(separator: "&"),
        "too many application identifiers"
      ),
    ]
    for (uri, expected) in cases { #expect(try read(uri) == expected, "\(uri)") }
  }

  @Test func `withdrawn words for identifiers are read where that is wanted`() throws {
    #expect(
      try read("https://a/gtin/04006381333931/lot/A/ser/B", acceptsWords: true)
        == "(01)04006381333931(10)A(21)B")
    #expect(
      try read("https://a/GTIN/04006381333931", acceptsWords: true)
        == "the link's path has no GS1 key")
  }
}
