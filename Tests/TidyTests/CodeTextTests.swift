import Testing

@Suite struct CodeTextTests {
    @Test func commentsAndWordsGoAndLinesStay() {
        let text = #"let a = "x { \(b("}")) //" // public"# + "\n/* {\n */let c = \"\"\"\n { \"\n \"\"\"\n"
        let code = CodeText.strip(text)
        #expect(code == "let a = \"b(\"\")\" \n\nlet c = \"\n\n\"\n")
        #expect(CodeText.strip("let r = #\"a\\\" { \"#;") == "let r = \"\";")
    }

    @Test func functionsAreMeasuredFromTheirNameToTheirBrace() {
        let code = """
            struct A {
                func a() { b() }
                package init(
                    b: () -> Void = {}
                ) {
                    if x {
                        y()
                    }
                }
                deinit {
                }
            }
            """
        let found = CodeText.functions(in: code)
        #expect(found.map(\.line) == [2, 3, 10] && found.map(\.lines) == [1, 7, 2])
    }
}
