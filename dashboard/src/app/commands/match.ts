/** Something to be found: by its title, letters in between left out, or by any of its other words. */
export interface Findable {
  title: string;
  keywords: string;
}

const SUBSTRING = 100;
const BEGINNING = 60;
const WORD_BEGINNING = 30;
const KEYWORD = 50;

/** Letters in order with others in between; letters at the beginning of words and in a row count more. */
function scattered(word: string, title: string): number {
  let score = 0;
  let at = -1;
  for (const letter of word) {
    const next = title.indexOf(letter, at + 1);
    if (next === -1) return 0;
    const isBeginning = next === 0 || !/[\p{L}\p{N}]/u.test(title[next - 1] ?? "");
    score += next === at + 1 || isBeginning ? 3 : 0.5;
    at = next;
  }
  // Few letters strewn over a long title are no match but chance.
  return score >= word.length * 1.5 ? score : 0;
}

function scoreWord(word: string, { title, keywords }: Findable): number {
  const at = title.indexOf(word);
  if (at === 0) return SUBSTRING + BEGINNING;
  if (at > 0) return SUBSTRING + (/[\p{L}\p{N}]/u.test(title[at - 1] ?? "") ? 0 : WORD_BEGINNING);
  if (keywords.includes(word)) return KEYWORD;
  return scattered(word, title);
}

/** How well something fits what was typed: 0 for not at all. Every word must fit somewhere. */
export function matchScore(query: string, { title, keywords }: Findable): number {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const lowered = { title: title.toLowerCase(), keywords: keywords.toLowerCase() };
  const scores = words.map((word) => scoreWord(word, lowered));
  return scores.includes(0) ? 0 : scores.reduce((sum, score) => sum + score, 0);
}
