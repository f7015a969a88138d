// Finds what people look for in the index, by MiniSearch. Needs vendor/minisearch.js.
"use strict";
window.understudySearch.engine = (() => {
  /** The kinds of results in the order of their groups, with the groups' headings. */
  const GROUPS = new Map(Object.entries({
    operation: "Operations", API: "APIs", rule: "Rules", disagreement: "Disagreements", guide: "Guides",
    field: "Fields", schema: "Schemas", parameter: "Parameters", header: "Headers", status: "Statuses",
  }));
  /** Words that are not looked for if there are others. */
  const COMMON = new Set("a an and are can do does for how i in is it my of on or the to what when where which with".split(" "));
  const IDENTIFIER = /[\p{L}\p{M}\p{N}_]+/gu;
  const PART = /\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+|\p{Lu}+(?!\p{Ll})|[\p{L}\p{N}]/gu;

  /** A word without accents, in lower case. */
  const plain = word => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const parts = identifier => (identifier.match(PART) ?? []).map(plain);

  /** The words of a query without those that are everywhere; `endedAt` and `ended_at` are one word if
      `joined`, else "ended" and "at". */
  function wordsOf(query, joined = false) {
    const words = (query.match(IDENTIFIER) ?? []).map(parts).flatMap(all => (joined ? all.join("") : all));
    const rare = words.filter(word => word && !COMMON.has(word));
    return rare.length ? rare : words.filter(Boolean);
  }
  /** The words of a text to be found: "endedat", "ended" and "at"; "retries" and "retry". */
  function indexed(text) {
    return (text.match(IDENTIFIER) ?? []).flatMap(identifier => {
      const words = parts(identifier);
      const all = words.length > 1 ? [...words, words.join("")] : words;
      return [...all, ...all.map(singular).filter(word => !all.includes(word))];
    });
  }
  /** The singular of most English words. */
  function singular(word) {
    return word.length < 4 ? word : word.replace(/ies$/, "y").replace(/(?<=[^su])s$/, "");
  }

  /** The documents that MiniSearch keeps: entries, then names, each known by its number. */
  function* documents({ entries, names }) {
    let id = 0;
    for (const [kind, title, text, place, others, link] of entries) {
      yield { id: id++, title, text, place, others: kind === "rule" ? link.split("#")[1] : others };
    }
    for (const [, title, place, numbers] of names) {
      const text = numbers.filter((_, at) => at % 2 === 0).map(number => entries[number][1]).join(" ");
      yield { id: id++, title, text, place, others: "" };
    }
  }

  /** Create the function that searches an index; the page stays usable meanwhile. */
  async function create(index) {
    const mini = new MiniSearch({
      fields: ["title", "others", "place", "text"],
      tokenize: indexed,
      processTerm: word => word,
      searchOptions: {
        tokenize: word => [word],
        combineWith: "AND",
        boost: { title: 6 },
        prefix: (word, _, words) => words.length === 1 || word.length > 2,
      },
    });
    await mini.addAllAsync([...documents(index)], { chunkSize: 500 });

    const FUZZY = { fuzzy: word => (word.length > 3 ? 0.2 : false), maxFuzzy: 2 };
    /** A name that operations share is not found by the names of operations alone. */
    const isNamed = hit => hit.id < index.entries.length
      || Object.values(hit.match).some(fields => fields.includes("title"));
    /** Search for all words, or for the singular of each. */
    function searched(words, options = {}) {
      const queries = words.map(word => ({ combineWith: "OR", queries: [...new Set([word, singular(word)])] }));
      return mini.search({ combineWith: "AND", queries }, options).filter(isNamed);
    }
    /** Search for names as they are written, then for their words, then with typing errors, then for a
        word without the space in it: the first that finds something. */
    function hits(query) {
      const words = wordsOf(query);
      for (const exact of [wordsOf(query, true), words]) {
        const found = searched(exact);
        if (found.length) return { found: literalFirst(found, query), words: exact, similar: false };
      }
      const similar = searched(words, FUZZY);
      if (similar.length || words.length !== 1) return { found: similar, words, similar: true };
      return divided(words[0]);
    }
    function literalFirst(found, query) {
      const text = query.trim().toLowerCase();
      const isLiteral = hit => [row(hit)[1], ...others(hit)].some(name => name.toLowerCase() === text);
      return [...found.filter(isLiteral), ...found.filter(hit => !isLiteral(hit))];
    }
    function divided(word) {
      for (let at = 3; at <= Math.min(word.length - 3, 40); at++) {
        const words = [word.slice(0, at), word.slice(at)];
        const found = searched(words, FUZZY);
        if (found.length) return { found, words, similar: true };
      }
      return { found: [], words: [word], similar: true };
    }
    /** The methods of client libraries that call an operation. */
    const others = hit => (row(hit)[0] === "operation" ? row(hit)[4].split(" ") : []);
    const row = ({ id }) => index.entries[id] ?? index.names[id - index.entries.length];

    /** The results of a hit: a name that operations share has one for each, the best first. */
    function* results(hit, words, mostPlaces) {
      const known = { words, terms: new Set(hit.terms) };
      if (hit.id < index.entries.length) {
        const [kind, title, text, place, others, link] = index.entries[hit.id];
        yield { kind, title, text, place, others, link, ...known };
        return;
      }
      const [kind, title, place, numbers] = row(hit);
      const asked = hit.terms.filter(term => hit.match[term].includes("text"));
      const named = pairs(numbers).map(([entry, anchor]) => {
        const of = index.entries[entry];
        const own = new Set(indexed(of[1]));
        return { of, anchor: index.anchors[anchor], score: asked.filter(term => own.has(term)).length };
      });
      const best = Math.max(...named.map(each => each.score));
      const chosen = named.filter(each => each.score === best);
      for (const { of, anchor } of chosen.slice(0, kind === "schema" ? 1 : mostPlaces)) {
        yield { kind, title, text: `${kind} of ${of[1]}`, place, others: "", link: `${of[5]}#${anchor}`, ...known };
      }
    }

    /**
     * Search: `groups` of results with their headings, at most so many each; the `count` of all that
     * was found; whether it is only `similar` to the query; and a `suggestion` if nothing was found.
     */
    return (query, most, mostPlaces = 2) => {
      const { found, words, similar } = hits(query);
      const byKind = new Map([...GROUPS.keys()].map(kind => [kind, []]));
      for (const hit of found) {
        const group = byKind.get(row(hit)[0]);
        if (group.length < most) group.push(...results(hit, words, mostPlaces));
      }
      const groups = [...byKind].filter(([, all]) => all.length)
        .map(([kind, all]) => ({ heading: GROUPS.get(kind), results: all.slice(0, most) }));
      const suggestion = found.length ? "" : closest(words);
      return { groups, count: found.length, similar, suggestion };
    };

    /** The query that is nearest to words that nothing has; empty if none is near. */
    function closest(words) {
      const options = { fuzzy: 0.4, combineWith: "OR", prefix: false };
      return words.map(word => mini.autoSuggest(word, options)[0]?.suggestion ?? "").filter(Boolean).join(" ");
    }
  }

  function pairs(numbers) {
    const found = [];
    for (let at = 0; at < numbers.length; at += 2) found.push([numbers[at], numbers[at + 1]]);
    return found;
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
      const joined = parts(identifier).join("");
      if (terms.has(joined) && words.some(word => joined.startsWith(word))) {
        yield [start, longest(identifier, joined, words)];
        continue;
      }
      for (const { 0: part, index: at } of identifier.matchAll(PART)) {
        const word = plain(part);
        if (terms.has(word)) yield [start + at, longest(part, word, words)];
      }
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

  return { create, pieces, excerpt };
})();
