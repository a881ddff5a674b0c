/** Correct answers that the description lacks, with the reason. Every other answer that it lacks is a failure. */
export const ALLOWED = [
  { path: /^\/users\/\$count$/, why: 'a number as text; documented with the advanced queries' },
  { path: /^\/users\/[^/]+\/mailboxSettings\/userPurpose$/, why: 'a property by its own address, as OData has it' },
];

/** Checks one recorded answer; returns `{template, problems}`. */
export function check(description, line) {
  const path = decodeURIComponent(line.path.split('?')[0]);
  const template = description.template(path);
  const allowed = ALLOWED.find((one) => one.path.test(path));
  const isJson = line.content_type.startsWith('application/json');
  if (allowed && line.status < 400) {
    return { template: `${path.replace(/users\/[^/$]+/, 'users/{user-id}')} (allowed)`, problems: [] };
  }
  if (!isJson && line.status >= 500) {
    // Gateways between a client and Graph answer with HTML pages when they fail themselves.
    return { template: 'a gateway’s page (allowed)', problems: [] };
  }
  // Errors have one envelope everywhere.
  const described = template ?? (allowed && '/users');
  const found = described && description.response(described, line.method, line.status);
  if (!found) {
    const problem = `the description has no ${line.method} ${path} ${line.status}`;
    return { template: template ?? path, problems: [problem] };
  }
  if (!found.check) {
    return { template: described, problems: line.body === '' ? [] : [`${line.status} has a body and should have none`] };
  }
  if (!isJson) return { template: described, problems: [`${line.status} is ${line.content_type} and not JSON`] };
  return { template: described, problems: found.check(line.body) };
}
