// style.ts -- how the reference page looks: light and dark, wide and narrow, without a script.

export const style = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5a6575; --line: #dde2ea; --paper: #fff; --shade: #f4f6f9; --link: #1558b0; --mark: #fff3c4; --write: #8a4b00; --read: #12663f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ef; --soft: #9aa6b8; --line: #323a47; --paper: #14181f; --shade: #1d232d; --link: #84b6ff; --mark: #4a3d10; --write: #f0b26b; --read: #7fd3a6; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, .name { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
main { max-width: 62rem; padding: 1rem 1.25rem 4rem; min-width: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.45rem; margin: 3rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; text-transform: capitalize; color: var(--soft); }
h4 { margin: 0; font-size: 1.05rem; font-weight: 600; }
h4 a { color: inherit; }
h5 { margin: .9rem 0 .25rem; font-size: .85rem; color: var(--soft); font-weight: 600; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem 1rem; margin: .8rem 0; }
article:target, tr:target { background: var(--mark); }
article p { margin: .35rem 0; }
.facts { font-size: .9rem; color: var(--soft); }
.read, .write, .notify { font-weight: 600; }
.read { color: var(--read); } .write, .notify { color: var(--write); }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th { text-align: left; font-size: .8rem; color: var(--soft); font-weight: 600; }
th, td { padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; }
td:first-child { width: 30%; }
td:nth-child(2) { width: 28%; color: var(--soft); }
.errors td:first-child, .errors td:nth-child(2) { width: auto; white-space: nowrap; padding-right: 1rem; }
.d1 { padding-left: 1.1rem; } .d2 { padding-left: 2.2rem; } .d3 { padding-left: 3.3rem; } .d4 { padding-left: 4.4rem; } .d5, .d6, .d7 { padding-left: 5.5rem; }
.opt { color: var(--soft); font-size: .8rem; font-family: system-ui, sans-serif; }
nav { padding: 1rem 1.25rem; background: var(--shade); font-size: .93rem; }
nav summary { cursor: pointer; font-weight: 600; padding: .25rem 0; }
nav ul { list-style: none; margin: .25rem 0 .75rem; padding: 0; }
nav li a { display: block; padding: .12rem 0; overflow-wrap: anywhere; }
nav ul ul { margin: 0 0 .25rem .9rem; }
nav ul ul a { font-size: .88rem; }
@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-right: 1px solid var(--line); }
  main { padding: 1rem 2.5rem 4rem; }
}
@media (max-width: 38rem) {
  h4 { font-size: 1rem; overflow-wrap: anywhere; }
  article { padding: .7rem .8rem .8rem; }
  nav li a { padding: .35rem 0; }
  nav ul ul { columns: 8rem 3; column-gap: 1rem; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; left: -99rem; }
  tr { border-top: 1px solid var(--line); padding: .35rem 0; }
  td, td:first-child, td:nth-child(2) { width: auto; border: 0; padding-top: 0; padding-bottom: 0; padding-right: 0; }
  tr.d1 td { padding-left: 1rem; } tr.d2 td { padding-left: 2rem; } tr.d3 td { padding-left: 3rem; } tr.d4 td, tr.d5 td, tr.d6 td { padding-left: 4rem; }
  .errors td { display: inline; }
  .errors td:last-child { display: block; }
}
@media print { nav { display: none; } article { break-inside: avoid; } }
`.trim();
