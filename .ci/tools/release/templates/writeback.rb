class Writeback < Formula
  desc "Switch on Microsoft Entra password writeback, and prove that it works"
  homepage "{{.Home}}"
  version "{{.Number}}"
  license "Apache-2.0"
{{range .Brew}}
  {{.On}} do
{{- range .Archives}}
    {{.On}} do
      url "{{.URL}}"
      sha256 "{{.Sum}}"
    end
{{- end}}
  end
{{end}}
  def install
    bin.install "writeback"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/writeback.bash" => "writeback"
    zsh_completion.install "completions/_writeback"
    fish_completion.install "completions/writeback.fish"
    doc.install "THIRD-PARTY-LICENSES.txt", "docs"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/writeback version")
  end
end
