/**
 * Answers that the description does not have, and why they are right all the same. Everything else that it does not
 * have is a failure.
 */
export const ALLOWED = [
  { path: /^\/users\/\$count$/, why: 'a number as text; documented with the advanced queries' },
  { path: /^\/users\/[^/]+\/mailboxSettings\/userPurpose$/, why: 'a property by its own address, as OData has it' },
];

/** What is wrong with one recorded answer: `{template, problems}`. */
export function check(description, line) {
  const path = decodeURIComponent(line.path.split('?')[0]);
  const template = description.template(path);
  const allowed = ALLOWED.find((one) => one.path.test(path));
  const isJson = line.content_type.startsWith('application/json');
  if (allowed && line.status < 400) {
    return { template: `${path.replace(/users\/[^/$]+/, 'users/{user-id}')} (allowed)`, problems: [] };
  }
  if (!isJson && line.status >= 500) {
    // Between a client and Graph are gateways, and their own failures are pages.
    return { template: 'a gateway’s page (allowed)', problems: [] };
  }
  // Errors have one envelope everywhere.
  const place = template ?? (allowed && '/users');
  const found = place && description.response(place, line.method, line.status);
  if (!found) {
    const problem = `the description has no ${line.method} ${path} ${line.status}`;
    return { template: template ?? path, problems: [problem] };
  }
  if (!found.check) {
    return { template: place, problems: line.body === '' ? [] : [`${line.status} has a body and should have none`] };
  }
  if (!isJson) return { template: place, problems: [`${line.status} is ${line.content_type} and not JSON`] };
  return { template: place, problems: found.check(line.body) };
}
