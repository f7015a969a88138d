// The words of texts and queries, and the places of what was found in a text.
"use strict";
window.understudySearch.texts = (() => {
  /** Words that are not looked for if there are others. */
  const COMMON = new Set("a an and are can do does for happen happens has have how i if in is it my of on or should that the this to was what when where which will with".split(" "));
  const IDENTIFIER = /[\p{L}\p{M}\p{N}_]+/gu;
  const PART = /\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+|\p{Lu}+(?!\p{Ll})|[\p{L}\p{N}]/gu;

  const identifiers = text => text.match(IDENTIFIER) ?? [];
  /** A word without accents, in lower case. */
  const plain = word => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const parts = identifier => (identifier.match(PART) ?? []).map(plain);
  const joined = identifier => parts(identifier).join("");

  /** The words of a query without those that are everywhere; `endedAt` and `ended_at` are one word if
      `whole`, else "ended" and "at". */
  function wordsOf(query, whole = false) {
    const words = identifiers(query).flatMap(whole ? joined : parts);
    const rare = words.filter(word => word && !COMMON.has(word));
    return rare.length ? rare : words.filter(Boolean);
  }
  /** The words of a text to be found: "endedat", "ended" and "at"; each in the singular. */
  function indexed(text) {
    return identifiers(text).flatMap(identifier => {
      const words = parts(identifier);
      const all = words.length > 1 ? [...words, words.join("")] : words;
      return all.map(singular);
    });
  }
  /** The singular of most English words. */
  function singular(word) {
    return word.length < 4 ? word : word.replace(/ies$/, "y").replace(/(?<=[^su])s$/, "");
  }

  /** What a verb's form may be of: "deleting" of "delete", "stopped" of "stop". */
  function bases(word) {
    const [, stem] = word.match(/^(.{3,}?)(?:ed|ing)$/) ?? [];
    if (!stem) return [];
    const isDoubled = stem.at(-1) === stem.at(-2);
    return [stem, `${stem}e`, ...(isDoubled ? [stem.slice(0, -1)] : [])];
  }

  /** The pieces of a text, each with whether it is what was looked for. */
  function pieces(text, { words, terms }) {
    const found = [];
    let end = 0;
    for (const [start, length] of matches(text, words, terms)) {
      if (start > end) found.push([text.slice(end, start), false]);
      found.push([text.slice(start, start + length), true]);
      end = start + length;
    }
    if (end < text.length) found.push([text.slice(end), false]);
    return found;
  }
  /** Start and length of every match in a text. */
  function* matches(text, words, terms) {
    for (const { 0: identifier, index: start } of text.matchAll(IDENTIFIER)) {
      let found = false;
      for (const { 0: part, index: at } of identifier.matchAll(PART)) {
        const word = plain(part);
        if (!terms.has(word) && !terms.has(singular(word))) continue;
        found = true;
        yield [start + at, longest(part, word, words)];
      }
      const whole = joined(identifier);
      if (!found && terms.has(whole)) yield [start, longest(identifier, whole, words)];
    }
  }
  /** How much of a word a query has; all of it if the word is only similar. */
  function longest(part, word, words) {
    const lengths = words.filter(asked => word.startsWith(asked)).map(asked => asked.length);
    return lengths.length && part.length === word.length ? Math.max(...lengths) : part.length;
  }

  /** The part of a long text around the first match. */
  function excerpt(text, known, most = 140) {
    if (text.length <= most) return text;
    const [first] = matches(text, known.words, known.terms);
    const start = Math.max(0, (first?.[0] ?? 0) - 50);
    const from = start && text.indexOf(" ", start) + 1;
    return `${from ? "…" : ""}${text.slice(from, from + most)}…`;
  }

  return { identifiers, parts, joined, wordsOf, indexed, singular, bases, pieces, excerpt };
})();
