import Symbols
import Testing

@Suite struct PathTemplatesTests {
    private func templates(_ list: [String]) -> PathTemplates {
        var templates = PathTemplates()
        for text in list {
            let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
                $0.hasPrefix("{") ? nil : String($0)
            }
            templates.append(text, segments: segments)
        }
        return templates
    }

    private func find(_ path: String, in templates: PathTemplates) -> String? {
        var path = path
        return path.withUTF8 { templates.template(of: $0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        arguments: [
            ("/shop/9", "/shop/{product}"), ("/shop/9/", "/shop/{product}"), ("/shop/9?x=/y/z", "/shop/{product}"),
            ("/shop/9#a", "/shop/{product}"), ("/shop/9/reviews/4", "/shop/{}/reviews/{}"), ("/shop/", "/shop"),
            ("/shop", "/shop"), ("/shop//reviews/4", nil), ("/shop/9/reviews", nil), ("/shopping/9", nil), ("", nil),
            ("/", nil), ("shop/9", nil), ("/shop/9/reviews/4/5", nil), ("/a/b/c", "/{}/b/c"),
        ] as [(String, String?)])
    func aPathIsCalledByItsTemplate(path: String, template: String?) {
        let list = templates(["/shop/{product}", "/shop/{}/reviews/{}", "/shop", "/{}/b/c"])
        #expect(find(path, in: list) == template)
    }

    @Test func theFirstThatMatchesCounts() {
        #expect(find("/a/b", in: templates(["/a/{}", "/a/b", "/{}/b"])) == "/a/{}")
        #expect(find("/a/b", in: templates(["/{}/b", "/a/b", "/a/{}"])) == "/{}/b")
        #expect(find("/a/b", in: templates(["/x/{}", "/a/b", "/a/{}"])) == "/a/b")
    }

    @Test func nothingListedMatchesNothing() {
        #expect(find("/a", in: PathTemplates()) == nil)
        #expect(PathTemplates().isEmpty)
    }

    /// Every path of three segments from two letters against every list of two templates, as a plain search says it.
    @Test func smallWorldsAgreeWithAPlainSearch() {
        let parts = ["a", "b", "{}"]
        let all = parts.flatMap { one in parts.map { "/\(one)/\($0)" } } + parts.map { "/\($0)" }
        let paths = ["a", "b"].flatMap { one in ["a", "b"].map { "/\(one)/\($0)" } } + ["/a", "/b", "/c", "/a/c"]
        for first in all {
            for second in all {
                let list = templates([first, second])
                for path in paths {
                    let plain = [first, second].first { matches(path, $0) }
                    #expect(find(path, in: list) == plain, "\(first) \(second) \(path)")
                }
            }
        }
    }

    private func matches(_ path: String, _ template: String) -> Bool {
        let left = path.split(separator: "/")
        let right = template.split(separator: "/")
        return left.count == right.count && zip(left, right).allSatisfy { $1 == "{}" || $0 == $1 }
    }

    @Test func anExchangeIsNoticed() {
        let naming = PathNaming()
        #expect(naming.current.isEmpty)
        naming.exchange(templates(["/a"]))
        #expect(find("/a", in: naming.current) == "/a")
    }
}
