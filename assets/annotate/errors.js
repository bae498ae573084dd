// Errors marked in a text, as plain lists. `start` and `end` count code points, both null for what is missing from it.
// `undecided`: proposed by the model and neither confirmed nor removed yet.
const touches = (error, from, to) => error.start !== null && error.start < to && error.end > from;
const isMissing = (error) => error.start === null;

// A new mark takes the place of those that it touches, and of one on the same words keeps the category.
const markErrors = (errors, from, to, severity) => {
  const same = errors.find(({ start, end }) => start === from && end === to);
  const others = errors.filter((error) => !touches(error, from, to));
  return sortErrors([...others, { start: from, end: to, severity, category: same?.category || "" }]);
};
// One omission gets another severity; where `which` is none of them, there is one more.
const markMissing = (errors, which, severity) => which
  ? errors.map((error) => (error === which ? { ...error, severity } : error))
  : [...errors, { start: null, end: null, severity, category: "" }];
const withoutErrors = (errors, from, to) => errors.filter((error) => !touches(error, from, to));
const confirmed = (errors, which) => errors.map((error) => (error === which ? { ...error, undecided: false } : error));
const sortErrors = (errors) => [...errors].sort((one, other) => (one.start ?? Infinity) - (other.start ?? Infinity));
const plainErrors = (errors) => errors.map(({ start, end, severity, category }) => ({ start, end, severity, category: category || "" }));
