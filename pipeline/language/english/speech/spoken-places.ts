/** Postcodes and numbers that begin with a zero, digit by digit; states by their names: "OR 97201" is read as the word. */
export function sayPlaces(text: string): string {
  return (
    text
      .replace(/\b([A-Z]{2})\s(\d{5})(?:-(\d{4}))?(?![\d-])/g, (whole, state: string, zip: string, more: string | undefined) => {
        const name = STATES[state];
        return name === undefined ? whole : `${name} ${spaced(zip)}${more === undefined ? '' : `, ${spaced(more)}`}`;
      })
      // "04 May", "05 minutes": only the zero is too much.
      .replace(new RegExp(`(?<![\\w:./,'’+-])0(\\d)(?=\\s(?:${COUNTED})\\b)`, 'g'), '$1')
      .replace(/(?<![\w:./,'’$€£+-])0\d+(?![\d\w]|[:./,-]\d|\s?[ap]\.?m\b|\s\d)/gi, spaced)
  );
}

function spaced(digits: string): string {
  return digits.split('').join(' ');
}

const COUNTED =
  'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|January|February|March|April|June|July|August|September|October|November|December|minutes?|hours?|days?|nights?|weeks?|people|guests|rooms';
const STATES: Readonly<Record<string, string>> = Object.fromEntries(
  `AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,DC Washington D C,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,PR Puerto Rico,RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming`
    .split(',')
    .map((entry) => [entry.slice(0, 2), entry.slice(3)]),
);
