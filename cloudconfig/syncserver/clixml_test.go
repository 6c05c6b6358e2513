package syncserver

import "testing"

func TestPlainErrors(t *testing.T) {
	const xml = "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><Obj S=\"progress\" RefId=\"0\"><TN RefId=\"0\"><T>X</T></TN><MS><S N=\"a\">b</S></MS></Obj>" +
		"<S S=\"Error\">Zugriff verweigert &amp; Schluss_x000D__x000A_</S><S S=\"Warning\">no</S><S S=\"Error\">at line 1</S></Objs>"
	for in, want := range map[string]string{
		"": "", "plain <S S=\"Error\">x": "plain <S S=\"Error\">x",
		xml:                    "Zugriff verweigert & Schluss\r\nat line 1",
		"first " + xml:         "first Zugriff verweigert & Schluss\r\nat line 1",
		xml[:len(xml)-25]:      "Zugriff verweigert & Schluss\r\n",
		clixmlMark:             "",
		clixmlMark + "<S S=\"": "",
		clixmlMark + "<S S='Error'>a_x0041_b_xZZZZ_</S>": "aAb_xZZZZ_", clixmlMark + "<S S='Error'>_xD83D__xDE00_!</S>": "😀!",
	} {
		if got := plainErrors(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
