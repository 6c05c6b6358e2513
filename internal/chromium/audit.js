// What a reader would stumble over, measured in the page. The value is a list of
// {rule, where, what}, the first few of each rule.
(() => {
  const most = 12, faults = [], counts = {};
  const path = e => {
    const parts = [];
    for (; e && e !== document.documentElement; e = e.parentElement) {
      parts.unshift(e.localName + (e.id ? "#" + e.id : e.className && e.className.baseVal === undefined ? "." + e.className.replaceAll(" ", ".") : ""));
    }
    return parts.slice(-4).join(" > ") || "html";
  };
  const fault = (rule, element, what) => {
    counts[rule] = (counts[rule] || 0) + 1;
    if (counts[rule] <= most) faults.push({ rule, where: path(element), what });
  };
  const short = text => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 60));
  const printed = matchMedia("print").matches;
  const root = document.documentElement;
  const wide = root.clientWidth;
  const styles = new Map();
  const styleOf = e => styles.get(e) || (styles.set(e, getComputedStyle(e)), styles.get(e));

  // Text out of sight that focus brings back, as a link that skips to the content.
  const waits = e => {
    const link = e.closest("a[href], button");
    if (!link || link.getBoundingClientRect().right > 0) return false;
    link.focus();
    const r = link.getBoundingClientRect();
    const back = r.left >= 0 && r.right <= wide && r.top >= 0;
    link.blur();
    return back;
  };

  // Every line of text that is shown: where it stands, without what scrolls away.
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("svg, script, style, noscript") || styleOf(parent).visibility === "hidden") continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(r => r.width > 0.5 && r.height > 0.5);
    if (!rects.length) continue;
    if (rects[0].right <= 0 && waits(parent)) continue;
    for (const r of rects) {
      const line = { node, parent, left: r.left, right: r.right, top: r.top, bottom: r.bottom };
      let scrolls = false;
      for (let a = parent; a && a !== document.body; a = a.parentElement) {
        const s = styleOf(a);
        if (s.overflowX === "visible" && s.overflowY === "visible") continue;
        const box = a.getBoundingClientRect();
        const out = line.left < box.left - 1 || line.right > box.right + 1 || line.top < box.top - 1 || line.bottom > box.bottom + 1;
        const slides = [s.overflowX, s.overflowY].some(o => o === "auto" || o === "scroll");
        if (out && (printed || !slides)) fault("cut", parent, short(node.data) + " ends outside of its box");
        scrolls ||= slides;
        line.left = Math.max(line.left, box.left);
        line.right = Math.min(line.right, box.right);
        line.top = Math.max(line.top, box.top);
        line.bottom = Math.min(line.bottom, box.bottom);
      }
      if (line.right - line.left < 1 || line.bottom - line.top < 1) continue;
      if (!scrolls && (line.left < -1 || line.right > wide + 1)) fault("sideways", parent, short(node.data) + " ends outside of the page");
      lines.push(line);
    }
  }

  // Boxes.
  if (root.scrollWidth > wide + 1) fault("sideways", root, `the page is ${root.scrollWidth} wide, in ${wide}`);
  for (const e of document.body.querySelectorAll("*")) {
    const s = styleOf(e);
    if (s.overflowX === "visible" && s.overflowY === "visible" || e.closest("svg") || !e.innerText || !e.innerText.trim()) continue;
    const over = (o, scroll, client) => client > 0 && scroll > client + 1 && o !== "visible" && (o === "hidden" || o === "clip" || printed);
    if (over(s.overflowX, e.scrollWidth, e.clientWidth) || over(s.overflowY, e.scrollHeight, e.clientHeight)) {
      fault("cut", e, `${e.scrollWidth}×${e.scrollHeight} in a box of ${e.clientWidth}×${e.clientHeight}: ` + short(e.innerText));
    }
  }

  // Contrast, WCAG 2.2: 1.4.3 and the definition of relative luminance.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const colour = text => {
    if (colours.has(text)) return colours.get(text);
    const m = text.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
    let c;
    if (m) c = [+m[1], +m[2], +m[3], m[4] === undefined ? 1 : +m[4]];
    else {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const d = canvas.getImageData(0, 0, 1, 1).data;
      c = [d[0], d[1], d[2], d[3] / 255];
    }
    colours.set(text, c);
    return c;
  };
  const onto = (c, ground) => [0, 1, 2].map(i => c[i] * c[3] + ground[i] * (1 - c[3])).concat(1);
  const groundOf = e => {
    const layers = [];
    for (let a = e; a; a = a.parentElement) {
      if (styleOf(a).backgroundImage !== "none") return null;
      layers.push(colour(styleOf(a).backgroundColor));
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches && styleOf(root).colorScheme.includes("dark") && !printed;
    return layers.reverse().reduce((ground, c) => onto(c, ground), dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
  };
  const luminance = c => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => {
    const v = c[i] / 255;
    return sum + w * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const see = (element, paint, ground, least, what) => {
    if (!ground) return fault("contrast", element, "a picture lies under " + what);
    let c = colour(paint);
    for (let a = element; a; a = a.parentElement) c = [c[0], c[1], c[2], c[3] * +styleOf(a).opacity];
    const got = contrast(onto(c, ground), ground);
    if (got < least) fault("contrast", element, `${got.toFixed(2)} of ${what}`);
  };
  const seen = new Set();
  for (const l of lines) {
    if (seen.has(l.parent)) continue;
    seen.add(l.parent);
    see(l.parent, styleOf(l.parent).color, groundOf(l.parent), 4.5, short(l.node.data));
  }
  // What a picture says must stand out from what is around it: 3 (1.4.11).
  for (const share of document.querySelectorAll("svg .share")) {
    const all = share.parentElement.querySelector(".all");
    see(share, styleOf(share).fill, all && onto(colour(styleOf(all).fill), groundOf(share.parentElement)), 3, "a bar on its track");
  }
  return faults;
})()
