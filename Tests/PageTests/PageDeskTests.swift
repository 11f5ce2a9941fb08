import Foundation
import HTTP
import Testing

@testable import Page

@Suite struct PageDeskTests {
    private func get(_ path: String, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
        var router = Router()
        PageDesk().addRoutes(to: &router)
        let segments = path.split(separator: "/").map(String.init)
        return router.respond(to: HTTPRequest(method: "GET", rawPath: path, path: segments, headers: headers))
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources/Page/Assets")

    @Test func everyFileOfTheFolderIsServedAsItIs() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) {
            let answer = get(name == "index.html" ? "/" : "/assets/\(name)")
            let file = try Data(contentsOf: Self.folder.appendingPathComponent(name))
            #expect(answer.status == 200 && answer.body == Array(file), "\(name)")
        }
    }

    @Test func everyPartForbidsWhatIsNotThePages() throws {
        for path in ["/"] + PageAsset.all.map({ "/assets/\($0.name)" }) {
            let policy = try #require(get(path).headers["Content-Security-Policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test func whoHasAFileIsNotSentItAgain() throws {
        let tag = try #require(get("/assets/app.js").headers["ETag"])
        for field in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            let again = get("/assets/app.js", ["If-None-Match": field])
            #expect(again.status == 304 && again.body.isEmpty, "\(field)")
            #expect(again.headers["ETag"] == tag)
        }
        #expect(get("/assets/app.js", ["If-None-Match": "\"other\""]).status == 200)
    }

    @Test func everyReferenceOfThePageLeadsToAPart() throws {
        let names = Set(PageAsset.all.map(\.name))
        let index = String(decoding: PageAsset.index.bytes, as: UTF8.self)
        for match in index.matches(of: /assets\/([a-z.]+)"/) { #expect(names.contains(String(match.1)), "\(match.1)") }
        for asset in PageAsset.all where asset.name.hasSuffix(".js") {
            let text = String(decoding: asset.bytes, as: UTF8.self)
            for match in text.matches(of: /(?:from|import\()\s*"\.\/([a-z.]+)"/) {
                #expect(names.contains(String(match.1)), "\(asset.name) imports \(match.1)")
            }
        }
    }

    @Test func whatIsNotThereIsSaid() {
        #expect(get("/assets/none.js").status == 404)
        #expect(!PageDesk.holds("/api/v1/traces") && PageDesk.holds("/") && PageDesk.holds("/assets/app.js"))
    }

    /// A name from data must never become markup, whoever edits the page.
    @Test func thePageMakesNoMarkupOfText() {
        let doors = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
        ]
        for asset in PageAsset.all + [PageAsset.index] {
            let text = String(decoding: asset.bytes, as: UTF8.self)
            for door in doors { #expect(!text.contains(door), "\(asset.name) uses \(door)") }
            #expect(!text.contains("http://") || asset.contentType == "image/svg+xml" || asset.name == "dom.js")
            #expect(!text.contains("https://"), "\(asset.name) speaks of another host")
        }
    }
}
