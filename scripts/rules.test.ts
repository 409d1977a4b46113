import { expect, it } from 'vitest';
import { citationsOf, NOT_YET_COVERED, readCitations, readRules, readSpec, rulesOf } from '#scripts/rules.ts';

it('[F4] the reader takes a rule from a line of its own and a citation from the start of a title', () => {
  expect(rulesOf('## F\n\n- **F1** One.\n- **F12** Two.\nsee **F3** and F4\n')).toEqual(['F1', 'F12']);
  // Put together here, or this line would itself count as a citation.
  const titles = ["'", '`', '"'].map((quote) => `it(${quote}[Z1][Z2, Z3] a${quote}); it(${quote}see [Z4]${quote});`);
  expect(citationsOf(titles.join('\n'))).toEqual(['Z1', 'Z2', 'Z3', 'Z1', 'Z2', 'Z3', 'Z1', 'Z2', 'Z3']);
});

it('[F4] every rule number is unique', async () => {
  const rules = await readRules();
  expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
});

it('[F4] every rule that a test cites is in the spec', async () => {
  const rules = new Set(await readRules());
  const unknown = [...(await readCitations())].filter(([id]) => !rules.has(id));
  expect(unknown.map(([id, files]) => `${id} in ${files.join(', ')}`).sort()).toEqual([]);
});

it('[F4] every rule in the spec is cited by a test, except those listed as not yet covered', async () => {
  const citations = await readCitations();
  const uncited = (await readRules()).filter((id) => !citations.has(id));
  expect(uncited).toEqual([...NOT_YET_COVERED]);
});

it('[F4] the index of docs/spec.md links to the heading of every letter', async () => {
  const files = await readSpec();
  const headings = [...files].flatMap(([file, text]) =>
    [...text.matchAll(/^## ([A-Z]) (.+)$/gm)].map(([, letter, name]) => {
      const slug = `${letter} ${name}`
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-');
      return file === 'spec.md' ? `[${letter}](#${slug})` : `[${letter}](${file})`;
    }),
  );
  const index =
    files
      .get('spec.md')
      ?.match(/^\|.*\|$/gm)
      ?.join('\n') ?? '';
  expect([...index.matchAll(/\[[A-Z]\]\([^)]+\)/g)].map(([link]) => link).sort()).toEqual(headings.sort());
});
