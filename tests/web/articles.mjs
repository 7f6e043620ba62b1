// Which articles do the tests search besides the samples? Tame ones with tables and other languages, and hostile ones.
//
// node articles.mjs FOLDER writes FOLDER/guides and FOLDER/hostile. All hostile ones have the word zebrafold.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const guides = join(folder, "guides");
const hostile = join(folder, "hostile");
mkdirSync(guides, { recursive: true });
mkdirSync(hostile, { recursive: true });

const line = (article) => JSON.stringify(article);

const same = "Quillwort tea is said to calm an upset stomach, but nobody has shown that it does. Drink water in small sips instead, and rest.";
writeFileSync(join(guides, "tables.md"), `---
title: "Doses at a glance"
date: 2021-05-04
url: https://guides.example/doses
tags: [medicines]
---

# Doses at a glance

## Quillwort by age

Ask before you give any of it.

| Age | Dose | How often |
|---|---|---|
| under 6 | none | never |
| 6 to 12 | half a spoon of quillwort | twice a day |
| older | one spoon | three times a day, and never more than that in one day whatever anybody says |

- Keep it cool.
- Throw it away after a month.

## Upset stomach

${same}
`);
writeFileSync(join(guides, "copy.md"), `---
title: "Upset stomach"
date: 2020-05-04
url: https://guides.example/stomach
---

# Upset stomach

## What helps

${same}
`);
writeFileSync(join(guides, "fr.html"), `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Fièvre élevée</title>
<link rel="canonical" href="https://guides.example/fievre"></head><body><main><h1>Fièvre élevée</h1><h2>Que faire ?</h2>
<p>Une fièvre élevée fatigue beaucoup : buvez souvent, reposez-vous, et appelez un médecin si elle dure plus de trois jours.</p>
</main></body></html>
`);
writeFileSync(join(guides, "ar.md"), `---
title: "الصداع"
lang: ar
---

# الصداع

## متى تتصل بالطبيب

الصداع المفاجئ والشديد يحتاج إلى طبيب. headache
`);

const run = "window.__owned=1;alert(1)";
const url = "https://hostile.example/";
const articles = [
  { id: "script", title: `Zebrafold <script>${run}</script>`, url: `${url}<script>${run}</script>`,
    sections: [{ heading: `Heading <script>${run}</script>`, text: `A zebrafold says <script>${run}</script> and <b>bold</b> in its text.` }] },
  { id: "image", title: `"><img src=x onerror=${run}>`, url: `${url}"><img src=x onerror=${run}>`,
    tags: [`"><img src=x onerror=${run}>`],
    sections: [{ heading: `'"><svg onload=${run}>`, text: `The zebrafold has "><img src=x onerror=${run}> in the middle, and ' " \` too.` }] },
  { id: "javascript", title: "Zebrafold of links", url: `javascript:${run}`,
    sections: [{ text: `A zebrafold that leads to javascript:${run} and nowhere else.` }] },
  { id: "spaced", title: "Zebrafold of spaced links", url: ` \u0001java\tscript:${run}`,
    sections: [{ text: "A zebrafold whose address begins with signs that nobody sees." }] },
  { id: "data", title: "Zebrafold of data", url: `data:text/html,<script>${run}</script>`,
    sections: [{ text: "Another zebrafold, with its data in its address." }] },
  { id: "user", title: "Zebrafold of a bank", url: "https://bank.example@hostile.example/",
    sections: [{ text: "This zebrafold says that it is a bank." }] },
  { id: "overrides", title: "Zebrafold \u202Etxt.exe \u2066inside\u2069", url: `${url}overrides`,
    sections: [{ heading: "Take \u202Eenon\u202C of it", text: "Order of zebrafold: first \u202Esecond third\u202C fourth. \u200F\u061C\u2067Fifth sixth.\u2069" }] },
  { id: "unclosed", title: "Zebrafold \u202E\u2067\u2068 unclosed", url: `${url}unclosed`,
    sections: [{ text: "The zebrafold opens \u202E\u2066\u2067 and never closes what it opened." }] },
  { id: "controls", title: "Zebrafold \u0000\u0007\u001b[31mred\u0085", url: `${url}controls`,
    sections: [{ heading: "Bell\u0007 and null\u0000", text: "The zebrafold rings\u0007 and \u001b[2Jclears\u0000 the\u009b31m screen." }] },
  { id: "long", title: `Zebrafold ${"W".repeat(10_000)}`, url: `${url}${"a".repeat(3000)}`,
    sections: [{ heading: "H".repeat(10_000), text: `zebrafold ${"x".repeat(10_000)} end` }] },
  { id: "closing", title: "Zebrafold </title></textarea></style></script><h1>big</h1>", url: `${url}closing`,
    sections: [{ heading: "</li></ol></article></main>", text: "zebrafold </p></article></main></body></html> <!-- --> ]]> {{7*7}} ${7*7} <%= 7*7 %> {{constructor.constructor('alert(1)')()}}" }] },
  { id: "names", title: "Zebrafold of names", url: `${url}names`, published: "2024-01-01",
    sections: [{ heading: "<form id=search><input id=q name=q><a id=main name=results>", text: "zebrafold <form id=search><input id=q><iframe srcdoc='<script>1</script>'></iframe><base href=https://evil.example/><meta http-equiv=refresh content=0>" }] },
];
writeFileSync(join(hostile, "articles.jsonl"), `${articles.map(line).join("\n")}\n`);
writeFileSync(join(hostile, "page.html"), `<!doctype html><html lang='en" onload="${run}'><head><meta charset="utf-8">
<title>Zebrafold page &lt;script&gt;${run}&lt;/script&gt;</title><link rel="canonical" href="javascript:${run}"></head>
<body><main><h1>Zebrafold page &lt;script&gt;${run}&lt;/script&gt;</h1><h2 id='"><img src=x onerror=${run}>'>An anchor</h2>
<p>This zebrafold stands in a page. <img src=x alt='"><script>${run}</script>' onerror="${run}"><script>${run}</script>
<a href="javascript:${run}">A link</a> leads nowhere, whatever it says about itself to those who read it.</p></main></body></html>
`);
