#include "serve/pages.h"

namespace tributary::serve {
namespace {

// Light colours, dark ones where they are preferred; each pair of text and ground has a contrast of
// at least 4.5 (WCAG 2.1, 1.4.3).
constexpr std::string_view css = R"css(:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --panel: #f1eee6; --text: #1f2328; --quiet: #57606a;
  --line: #d8d3c7; --link: #0b5394; --bad: #a1260d; --fine: #1a6335;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16191d; --panel: #20252b; --text: #e4e6e8; --quiet: #a3abb3;
    --line: #3a414a; --link: #86bdf2; --bad: #ff9a85; --fine: #86d6a0;
  }
}

/* A feed opened in a browser: elements of Atom and RSS. */
feed, rss {
  display: block; max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem;
  background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
feed::before, rss::before {
  content: "This is a feed: copy the address of this page into your reader.";
  display: block; margin-bottom: 1.5rem; padding: .75rem 1rem;
  background: var(--panel); border-left: .25rem solid var(--link);
}
feed *, rss * { display: none; }
rss channel, entry, item, feed > title, feed > subtitle, entry > title, entry > summary,
entry > published, entry > source, entry > source > title, channel > title,
channel > description, item > title, item > pubDate, item > source { display: block; }
feed > title, channel > title { font-size: 1.75rem; font-weight: 600; line-height: 1.25; }
feed > subtitle, channel > description { color: var(--quiet); }
entry, item { margin-top: 1.25rem; padding-top: 1rem; border-top: 1px solid var(--line); }
entry > title, item > title { font-size: 1.125rem; font-weight: 600; }
entry > published, entry > source, item > pubDate, item > source {
  color: var(--quiet); font-size: .875rem;
}

/* The pages. */
html { background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
body { max-width: 52rem; margin: 0 auto; padding: 0 1rem 2rem; overflow-wrap: break-word; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, .wide:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--panel); }
.skip:focus { left: 1rem; top: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
header { padding: 2rem 0 .5rem; }
header p { margin: 0; color: var(--quiet); }
nav { margin-top: .75rem; display: flex; gap: 1.25rem; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.375rem; }
h3 {
  margin: 1.75rem 0 .25rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line);
  color: var(--quiet); font-size: .9375rem; font-weight: 600;
}
h4 { margin: 0; font-size: 1.0625rem; line-height: 1.35; }
h4 a { text-decoration: none; }
h4 a:hover, h4 a:focus-visible { text-decoration: underline; }
article { padding: .75rem 0 .25rem; }
article p { margin: .25rem 0 0; }
.from { color: var(--quiet); font-size: .875rem; }
.from time { margin-right: .375rem; font-variant-numeric: tabular-nums; }
#subscribe { margin-top: 1.5rem; padding: .25rem 1.25rem 1.25rem; background: var(--panel); border-radius: .5rem; }
#subscribe h2 { margin-top: 1rem; }
.addresses { margin: 0; }
.addresses div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .25rem 0; }
.addresses dt { min-width: 6rem; font-weight: 600; }
.addresses dd { margin: 0; min-width: 0; }
code { font: .9375rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9375rem; }
#sources table { width: 100%; }
caption { padding: 1rem 0 .25rem; text-align: left; font-weight: 600; }
th, td { padding: .4rem 1rem .4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th { font-weight: 600; }
thead th { color: var(--quiet); font-size: .8125rem; }
tbody th { min-width: 9rem; overflow-wrap: anywhere; }
td time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.bad { min-width: 12rem; color: var(--bad); overflow-wrap: anywhere; }
td.fine { color: var(--fine); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
small { color: var(--quiet); font-weight: 400; }
footer { margin-top: 3rem; padding-top: .5rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .875rem; }
@media print {
  nav, .skip { display: none; }
  body { max-width: none; }
}
)css";

}  // namespace

std::string_view style_sheet() {
    return css;
}

}  // namespace tributary::serve
