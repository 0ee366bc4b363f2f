/** The report's looks: light, dark, paper. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#16202c;--soft:#54616f;--line:#d5dce3;--paper:#fff;--panel:#f5f7f9;--link:#0b5cad;
--good:#0d6b3c;--good-bg:#e2f4ea;--bad:#a3141f;--bad-bg:#fde8e9;--ask:#7a4d00;--ask-bg:#fdf1d8;--waive:#4b3a93;--waive-bg:#ece9fa;
--none:#4f5a66;--none-bg:#e9edf1;--c-public:#dcefe3;--c-internal:#dde8f4;--c-pseudonymised:#e9e2f7;--c-personal:#fbeed0;--c-special-category:#fbdccb;--c-phi:#f8d3d6;--c-none:#eef1f4}
@media(prefers-color-scheme:dark){:root{--ink:#e5ebf1;--soft:#a3b0bd;--line:#33404d;--paper:#11171e;--panel:#1a222b;--link:#7db8f5;
--good:#7fd6a5;--good-bg:#12351f;--bad:#ff9aa0;--bad-bg:#431519;--ask:#f3c674;--ask-bg:#3b2a0c;--waive:#c3b5ff;--waive-bg:#2a2352;
--none:#aab5c0;--none-bg:#27313b;--c-public:#16402a;--c-internal:#1b3552;--c-pseudonymised:#3a2d62;--c-personal:#4d3a10;--c-special-category:#58301a;--c-phi:#5a1f27;--c-none:#2a343e}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:1240px;margin:0 auto;padding:0 20px}
a{color:var(--link)} a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px} .skip:focus{left:12px;top:8px;background:var(--paper);padding:6px 12px;z-index:2}
header{padding-top:28px} h1{font-size:26px;line-height:1.2;margin:0 0 4px} h2{font-size:19px;margin:40px 0 10px;padding-top:6px;border-top:1px solid var(--line)} h3{font-size:15px;margin:0}
p{margin:6px 0} .soft{color:var(--soft)} code,.path{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.verdict{display:flex;gap:16px;align-items:center;margin:18px 0;padding:18px 20px;border-radius:10px;border:2px solid}
.verdict .sign{font-size:34px;line-height:1} .verdict strong{display:block;font-size:20px}
.verdict.good{color:var(--good);background:var(--good-bg)} .verdict.bad{color:var(--bad);background:var(--bad-bg)}
.limits{margin:0 0 18px;padding:10px 18px;border-left:4px solid var(--ask);background:var(--ask-bg)} .limits ul{margin:4px 0;padding-left:20px}
dl.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:10px;margin:0} dl.numbers div{background:var(--panel);border-radius:8px;padding:10px 14px}
dl.numbers dt{color:var(--soft);font-size:13px} dl.numbers dd{margin:0;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0;margin:14px 0}
.scroll,.flow{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:14px} th,td{text-align:left;vertical-align:top;padding:7px 12px;border-bottom:1px solid var(--line)} tr:last-child td,tr:last-child th{border-bottom:0}
thead th{background:var(--panel);font-weight:600;white-space:nowrap} tbody th{font-weight:500} .matrix tbody th{white-space:nowrap} .matrix td:nth-child(3){min-width:260px} .matrix td:nth-child(n+4){min-width:140px} .checks{margin:0;padding:0;list-style:none} .checks li{margin:1px 0} .checks .s{white-space:normal} td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.s{display:inline-block;border-radius:999px;padding:1px 9px;font-size:12.5px;font-weight:600;white-space:nowrap}
.s-kept,.s-supported{color:var(--good);background:var(--good-bg)} .s-findings{color:var(--bad);background:var(--bad-bg)} .s-unknown,.s-partly{color:var(--ask);background:var(--ask-bg)}
.s-waived{color:var(--waive);background:var(--waive-bg)} .s-not-assessed{color:var(--none);background:var(--none-bg)}
details>summary{font-size:13.5px} .cites{display:block;color:var(--soft);font-size:12.5px}
.waivers th:first-child{min-width:260px} .waivers th,.waivers td:nth-child(3){white-space:nowrap} .waivers th code{white-space:normal} .tight{white-space:nowrap} .places{margin:4px 0;padding-left:18px} .places li{margin:4px 0} .legend{display:flex;flex-wrap:wrap;gap:6px 12px;margin:10px 0;padding:0;list-style:none;font-size:13px}
.swatch{display:inline-block;width:13px;height:13px;border-radius:3px;border:1px solid var(--soft);vertical-align:-2px;margin-right:5px}
[class^=cell-]{box-shadow:inset 3px 0 0 var(--line)} .cell-supported{box-shadow:inset 3px 0 0 var(--good)} .cell-findings{box-shadow:inset 3px 0 0 var(--bad)} .cell-partly,.cell-unknown{box-shadow:inset 3px 0 0 var(--ask)} .cell-waived{box-shadow:inset 3px 0 0 var(--waive)}
.filters{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;background:var(--panel);border-radius:8px;padding:10px 14px;margin:8px 0} .filters fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 14px;align-items:center} .filters legend{float:left;margin-right:10px;font-weight:600}
.filters select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:6px;padding:3px 6px;max-width:260px} .filters p{margin:0;flex-basis:100%;font-size:13px} input:focus-visible,select:focus-visible{outline:3px solid var(--link);outline-offset:2px} input{accent-color:var(--link)}
article{border:1px solid var(--line);border-left-width:5px;border-radius:8px;padding:12px 16px;margin:10px 0;break-inside:avoid}
article.fatal,article.error{border-left-color:var(--bad)} article.warning,article.unknown{border-left-color:var(--ask)} article.waived{border-left-color:var(--waive)}
article header{padding:0;max-width:none;display:flex;gap:10px;align-items:baseline;flex-wrap:wrap} article dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 14px;margin:8px 0 0} article dt{color:var(--soft)} article dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;padding:4px 0} footer{padding:30px 20px 50px;color:var(--soft);font-size:13px}
svg{display:block;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif} svg text{fill:var(--ink)} .flow{padding:12px;background:var(--paper)}
.band rect{fill:var(--panel);stroke:var(--good);stroke-width:1.5;stroke-dasharray:6 5} .band text{fill:var(--good);font-weight:600} .band.outside rect{stroke:var(--bad);fill:var(--bad-bg)} .band.outside text{fill:var(--bad)}
.node rect{stroke:var(--soft);stroke-width:1.2} .node .name{font-weight:600;font-size:13px} .node .class{fill:var(--soft);font-size:11px} .edge{fill:none;stroke:var(--soft);stroke-width:1.5} .tip{fill:var(--soft)}
${['public', 'internal', 'pseudonymised', 'personal', 'special-category', 'phi', 'none'].map((name) => `.c-${name} rect,.swatch.c-${name}{fill:var(--c-${name});background:var(--c-${name})}`).join('')}
.paper{display:none}
@media(max-width:640px){.scroll table{min-width:720px} article dl{grid-template-columns:1fr} .verdict{align-items:flex-start}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--panel:#f4f4f4;--good:#0d6b3c;--good-bg:#e2f4ea;--bad:#a3141f;--bad-bg:#fde8e9;--ask:#7a4d00;--ask-bg:#fdf1d8;--waive:#4b3a93;--waive-bg:#ece9fa;--none:#4f5a66;--none-bg:#e9edf1;
--c-public:#dcefe3;--c-internal:#dde8f4;--c-pseudonymised:#e9e2f7;--c-personal:#fbeed0;--c-special-category:#fbdccb;--c-phi:#f8d3d6;--c-none:#eef1f4}
body{font-size:9.5pt;line-height:1.35;print-color-adjust:exact;-webkit-print-color-adjust:exact} nav,.skip,.filters,.screen{display:none} .paper{display:block} table{font-size:8.5pt;line-height:1.3} code,.path,.cites,.s,summary,article dl{font-size:8pt!important} h2{font-size:13pt;margin:18pt 0 6pt} .places{min-width:9em} .listed ul{columns:2;font-size:8pt;margin:4px 0} article{padding:6px 10px;margin:6px 0} .findings article{display:block!important} main,header,footer{max-width:none;padding:0} .scroll,.flow{overflow:visible;border:0;padding:0} .flow svg{width:100%!important;min-width:0!important;height:auto} section>details::details-content{content-visibility:visible;block-size:auto} table,td,th{min-width:0!important}td,th{white-space:normal!important;overflow-wrap:break-word;padding:4px 6px} .listed li{overflow-wrap:anywhere;break-inside:avoid} tr,article{break-inside:avoid} h2{break-after:avoid}}
`;
