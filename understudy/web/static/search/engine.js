// Finds what people look for in the index, by MiniSearch. Needs vendor/minisearch.js and texts.js.
"use strict";
window.understudySearch.engine = (() => {
  const { identifiers, parts, joined, wordsOf, indexed, singular, bases } = window.understudySearch.texts;
  /** The kinds of results in the order of their groups, with the groups' headings. */
  const GROUPS = new Map(Object.entries({
    operation: "Operations", API: "APIs", rule: "Rules", disagreement: "Disagreements", guide: "Guides",
    field: "Fields", value: "Allowed values", schema: "Schemas", parameter: "Parameters", header: "Headers", status: "Statuses",
  }));
  const NAMES = new Set(["field", "schema", "parameter", "header"]);
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
    const BASE = { prefix: false, fuzzy: false, boostTerm: () => 0.3 };  // less than the word itself
    /** A name that operations share is not found by the names of operations alone. */
    const isNamed = hit => hit.id < index.entries.length
      || Object.values(hit.match).some(fields => fields.includes("title"));
    /** A word, whether singular or plural, or what it is a form of. */
    const forms = (word, options) =>
      ({ combineWith: "OR", queries: [{ ...options, queries: [singular(word)] }, { ...BASE, combineWith: "OR", queries: bases(word) }] });
    /** Search for all words. */
    const searched = (words, optionsOf = () => ({}), combineWith = "AND") =>
      mini.search({ combineWith, queries: words.map(word => forms(word, optionsOf(word))) }).filter(isNamed);
    /** Search for names as they are written, then for their words, then with typing errors, then for a
        word without the space in it, or for some of the words: the first that finds something. */
    function hits(query) {
      const words = wordsOf(query);
      for (const exact of [wordsOf(query, true), words]) {
        const found = searched(exact);
        if (found.length) return { found: literalFirst(found, query), words: exact, similar: false };
      }
      const fuzzy = new Map(words.map(word => [word, searched([word]).length ? {} : FUZZY]));
      const similar = searched(words, word => fuzzy.get(word));
      if (similar.length) return { found: similar, words, similar: true };
      return words.length === 1 ? divided(words[0]) : withMost(words, fuzzy);
    }
    /** What has most of the words, if nothing has all. */
    function withMost(words, fuzzy) {
      const found = searched(words, word => fuzzy.get(word), "OR");
      const count = ({ queryTerms }) => words.filter(word => [singular(word), ...bases(word)].some(each => queryTerms.includes(each))).length;
      const most = Math.max(...found.map(count));
      return { found: found.filter(hit => count(hit) === most), words, similar: true, partial: true };
    }
    function literalFirst(found, query) {
      const text = query.trim().toLowerCase();
      const isLiteral = hit => [row(hit)[1], ...others(hit)].some(name => name.toLowerCase() === text);
      return [...found.filter(isLiteral), ...found.filter(hit => !isLiteral(hit))];
    }
    function divided(word) {
      for (let at = 3; at <= Math.min(word.length - 3, 40); at++) {
        const words = [word.slice(0, at), word.slice(at)];
        const found = searched(words, () => FUZZY);
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
        const score = asked.filter(term => own.has(term)).length + 9 * words.includes(joined(of[1]));
        return { of, anchor: index.anchors[anchor], score };
      });
      const best = Math.max(...named.map(each => each.score));
      const isSent = ({ anchor }) => anchor.startsWith("request");  // what one sends is asked for first
      const chosen = named.filter(each => each.score === best).sort((a, b) => isSent(b) - isSent(a));
      for (const { of, anchor } of chosen.slice(0, kind === "schema" ? 1 : mostPlaces)) {
        yield { kind, title, text: `${kind === "value" ? "allowed value" : kind} of ${of[1]}`, place, others: "", link: `${of[5]}#${anchor}`, ...known };
      }
    }

    /**
     * Search: `groups` of results with their headings, at most so many each; the `count` of all that
     * was found; whether it is only `similar` to the query, or has only a part of its words
     * (`partial`); and a `suggestion` if nothing was found.
     */
    return (query, most, mostPlaces = 2) => {
      const { found, words, similar, partial = false } = hits(query);
      const byKind = new Map([...GROUPS.keys()].map(kind => [kind, []]));
      for (const hit of found) {
        const group = byKind.get(row(hit)[0]);
        if (group.length < most) group.push(...results(hit, words, mostPlaces));
      }
      const groups = ordered(byKind, query).filter(([, all]) => all.length)
        .map(([kind, all]) => ({ heading: GROUPS.get(kind), results: all.slice(0, most) }));
      const suggestion = found.length ? "" : closest(words);
      return { groups, count: found.length, similar, partial, suggestion };
    };

    /** The nearest query that finds something; empty if there is none. */
    function closest(words) {
      let near = words.map(nearest).filter(Boolean);
      while (near.length && !searched(near).length) near = near.slice(0, -1);
      return near.join(" ");
    }
    /** A word if it is there, else the most frequent of those that are similar. */
    function nearest(word) {
      if (searched([word]).length) return word;
      const counts = new Map();
      for (const term of mini.search(singular(word), { fuzzy: 0.4, prefix: false }).flatMap(hit => hit.terms)) {
        counts.set(term, (counts.get(term) ?? 0) + 1);
      }
      return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
    }
  }

  /** The groups in their order; but names that a query has as they are written, such as `ended_at`,
      follow the operations. */
  function ordered(byKind, query) {
    const written = new Set(identifiers(query).map(joined));
    const isWritten = ({ title }) => parts(title).length > 1 && written.has(joined(title));
    const rank = ([kind, [first]]) => {
      if (kind === "operation") return 0;
      return NAMES.has(kind) && first && isWritten(first) ? 1 : 2;
    };
    return [...byKind].sort((a, b) => rank(a) - rank(b));
  }

  function pairs(numbers) {
    const found = [];
    for (let at = 0; at < numbers.length; at += 2) found.push([numbers[at], numbers[at + 1]]);
    return found;
  }

  return { create };
})();
