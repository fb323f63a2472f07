// What makes the pages of the book live: a card for each exercise where it stands, questions that
// take an answer, the list at the end of a chapter, and the last verdict on every page.
// `cargo course` adds this script to the pages that it serves; the book itself has none of it.
//
// What it shows comes as one whole snapshot at each change, over Server-Sent Events. All of it
// is put into the page as text, never as HTML.
"use strict";
(() => {
  const { page, book, run, token, editor } = document.currentScript.dataset;

  // The key has become a cookie, and need not stand in the address, which is copied and kept.
  const address = new URL(location.href);
  if (address.searchParams.has("key")) {
    address.searchParams.delete("key");
    history.replaceState(history.state, "", address);
  }

  // ---- small helpers ----

  const minutes = (count) => `${count} min`;

  /** An element with a class, attributes and children; strings become text. */
  function make(tag, name, ...children) {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function link(text, href, name) {
    const element = make("a", name, text);
    element.setAttribute("href", href);
    return element;
  }

  function button(text, name, act) {
    const element = make("button", name, text);
    element.type = "button";
    element.addEventListener("click", () => {
      if (element.getAttribute("aria-disabled") !== "true") act(element);
    });
    return element;
  }

  /** A button that cannot be used keeps the focus, so that the keyboard's place is not lost. */
  function usable(element, can) {
    element.setAttribute("aria-disabled", can ? "false" : "true");
  }

  /** Sets a text, and touches the page only if it is another one. */
  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  const colors = ["faint", "red", "green", "yellow", "blue", "magenta", "cyan", null];

  /** Text with ANSI colors, as a terminal would show it. */
  function terminal(ansi) {
    const out = document.createDocumentFragment();
    let bold = false;
    let faint = false;
    let color = null;
    for (const piece of ansi.split(/(\x1b\[[0-9;:?]*[A-Za-z])/)) {
      const escape = /^\x1b\[([0-9;:?]*)([A-Za-z])$/.exec(piece);
      if (!escape) {
        if (piece === "") continue;
        const name = color ? `course-${color}` : faint ? "course-faint" : "";
        out.append(bold || name ? make(bold ? "b" : "span", name, piece) : piece);
        continue;
      }
      if (escape[2] !== "m") continue;
      const codes = escape[1].split(/[;:]/).map(Number);
      for (let i = 0; i < codes.length; i += 1) {
        const code = codes[i];
        if (code === 0) [bold, faint, color] = [false, false, null];
        else if (code === 1) bold = true;
        else if (code === 2) faint = true;
        else if (code === 22) [bold, faint] = [false, false];
        else if (code === 39) color = null;
        else if (code >= 30 && code <= 37) color = colors[code - 30];
        else if (code >= 90 && code <= 97) color = colors[code - 90];
        else if (code === 38 && codes[i + 1] === 5) {
          color = codes[i + 2] < 16 ? colors[codes[i + 2] % 8] : null;
          i += 2;
        } else if (code === 38 && codes[i + 1] === 2) i += 4;
      }
    }
    return out;
  }

  /** One line of Markdown: code and bold as such, links as their text. */
  function inline(text) {
    const out = document.createDocumentFragment();
    for (const piece of text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]*\]\([^)]*\))/)) {
      const linked = /^\[([^\]]*)\]\([^)]*\)$/.exec(piece);
      if (piece.startsWith("`") && piece.length > 2) out.append(make("code", "", piece.slice(1, -1)));
      else if (piece.startsWith("**") && piece.length > 4) out.append(make("b", "", piece.slice(2, -2)));
      else if (linked) out.append(inline(linked[1]));
      else if (piece !== "") out.append(piece);
    }
    return out;
  }

  /** What hints are written in: paragraphs, lists and fenced code. */
  function markdown(source) {
    const out = document.createDocumentFragment();
    let paragraph = [];
    let list = null;
    let code = null;
    const flush = () => {
      if (paragraph.length > 0) {
        const text = inline(paragraph.join(" "));
        if (list) list.append(make("li", "", text));
        else out.append(make("p", "", text));
      }
      paragraph = [];
    };
    for (const line of source.split("\n")) {
      const text = line.trim();
      if (code) {
        if (text.startsWith("```")) code = null;
        else code.append(`${line}\n`);
      } else if (text.startsWith("```")) {
        flush();
        list = null;
        code = make("pre");
        // It scrolls sideways where it is wider than the window, by keys too.
        code.tabIndex = 0;
        out.append(code);
      } else if (/^[-*] /.test(text)) {
        flush();
        if (!list) {
          list = make("ul", "course-bullets");
          out.append(list);
        }
        paragraph = [text.slice(2)];
      } else if (text === "") {
        flush();
        list = null;
      } else {
        paragraph.push(text);
      }
    }
    flush();
    return out;
  }

  // ---- what is known ----

  const looks = {
    missing: ["wrong", "✕", "exercise.rs is missing"],
    unreadable: ["wrong", "✕", "exercise.rs cannot be read"],
    "not-started": ["new", "○", "not started"],
    changed: ["changed", "◐", "changed, not checked"],
    failing: ["wrong", "✕", "failing"],
    "does-not-compile": ["wrong", "✕", "does not compile"],
    done: ["done", "✓", "done"],
    "done-changed-since": ["done", "✓", "done, changed since"],
  };

  /** How an exercise looks: a name for the style, a sign, and words. */
  function look(view, busy) {
    if (busy && busy.exercise === view.name) {
      const doing = { building: "building", "waiting-for-cargo": "waiting", running: "running" };
      return ["busy", "●", `${doing[busy.doing] ?? "checking"} …`];
    }
    if (view.running) return ["busy", "●", "waiting …"];
    return looks[view.state] ?? ["new", "○", view.state];
  }

  function busyWords(busy) {
    if (busy.doing === "waiting-for-cargo") {
      return "Another Cargo is at work. This check goes on when it has ended.";
    }
    if (busy.doing === "running") return "The check runs.";
    return busy.detail ? `Cargo builds the check: ${busy.detail}` : "Cargo builds the check.";
  }

  let snapshot = null;
  let connected = false;
  let panel = null;
  const cards = new Map();

  // ---- what a click does ----

  /** Asks the course for something; returns what went wrong, if something did. */
  async function ask(what, body) {
    try {
      const answer = await fetch(`/live/${what}`, {
        method: "POST",
        headers: { "x-course-token": token, "content-type": "text/plain" },
        body,
      });
      return answer.ok ? "" : (await answer.text()).trim() || `the course says ${answer.status}`;
    } catch {
      return "`cargo course` does not answer: is it still running?";
    }
  }

  async function copied(element, text) {
    const before = "Copy path";
    try {
      await navigator.clipboard.writeText(text);
      element.textContent = "Copied";
    } catch {
      element.textContent = "Not copied";
    }
    say(voice, element.textContent);
    setTimeout(() => { element.textContent = before; }, 2000);
  }

  // ---- files ----

  /** What opens a file of the repository, given from its root: the reader's editor, which is asked
      for by the exercise or by the file, or VS Code by a link. `failed` is told what went wrong. */
  function openerOf(file, what, text, name, failed) {
    if (editor) return button(text ?? `Open in ${editor}`, name, async () => failed(await ask("open", what)));
    const whole = `${snapshot.root}/${file}`.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
    return link(text ?? "Open in VS Code", `vscode://file/${whole.replace(/^\//, "").replace("%3A", ":")}`, name);
  }

  /** A paragraph that is the name of a file, as above an excerpt, opens it. */
  function linkFiles() {
    for (const code of document.querySelectorAll("main p > code:only-child")) {
      const paragraph = code.parentElement;
      const file = code.textContent;
      if (paragraph.textContent.trim() !== file || !snapshot.files.includes(file)) continue;
      const trouble = make("span", "course-trouble");
      trouble.setAttribute("role", "alert");
      const opener = openerOf(file, file, file, "course-file-name", (words) => say(trouble, words));
      opener.title = `Open in ${editor || "VS Code"}`;
      code.replaceChildren(opener);
      paragraph.classList.add("course-file-line");
      paragraph.append(trouble);
    }
  }

  // ---- one exercise ----

  /** Where the page has an exercise: its place, and what it asks, as the page says it. */
  function placeOf(slug) {
    const place = document.getElementById(`exercise-${slug}`);
    if (!place?.matches("main .exercise")) return null;
    // **Exercise: Title** (10 minutes). The goal. `the file`
    const goal = make("p", "course-goal");
    const said = [...(place.querySelector("p")?.childNodes ?? [])];
    if (said[0]?.nodeName === "STRONG") said.shift();
    if (said.at(-1)?.nodeName === "CODE") said.pop();
    goal.append(...said);
    goal.normalize();
    const first = goal.firstChild;
    if (first?.nodeType === Node.TEXT_NODE) first.data = first.data.replace(/^\s*\(\d+ minutes?\)\.?\s*/, "");
    return { place, goal: goal.textContent.trim() === "" ? null : goal };
  }

  /** An exercise on this page. Made once, and then changed in place: focus and what is open stay. */
  function card(first, goal) {
    const { name, slug } = first;
    const mark = make("span", "course-mark");
    mark.setAttribute("aria-hidden", "true");
    const state = make("span", "course-state");
    const title = make("h3", "course-card-title",
      make("span", "course-name", `Exercise: ${first.title}`), " ",
      make("span", "course-minutes", minutes(first.minutes)));
    title.id = `title-${name}`;
    const section = make("section", "course course-card", make("header", "", mark, title, state));
    section.id = `exercise-${slug}`;
    section.setAttribute("aria-labelledby", title.id);

    const trouble = make("p", "course-trouble");
    trouble.setAttribute("role", "alert");
    const act = (what) => async () => { say(trouble, await ask(what, name)); };
    const path = make("code", "", first.file);
    path.id = `path-${name}`;
    const copy = button("Copy path", "course-plain", () => copied(copy, first.path));
    copy.setAttribute("aria-describedby", path.id);
    const opener = openerOf(first.file, name, null, "course-plain", (words) => say(trouble, words));
    opener.setAttribute("aria-describedby", path.id);
    const file = make("p", "course-file", path, opener, copy);

    const check = button("Check", "", act("check"));
    const hint = button("", "", act("hint"));
    const buttons = make("div", "course-buttons", check, hint);
    const busyLine = make("p", "course-faint");
    const lost = make("p", "course-faint", "Not connected: `cargo course` has stopped.");
    const verdict = make("div");
    const hintsTitle = make("summary");
    const hints = make("ol", "course-hints");
    const hintsFold = make("details", "course-said", hintsTitle, hints);
    section.append(make("div", "course-body", goal, file, buttons, trouble, lost, busyLine, verdict, hintsFold));

    let shownVerdict = "";
    let shownHints = 0;

    return {
      section,
      update(view, busy) {
        const [kind, sign, words] = look(view, busy);
        section.dataset.look = kind;
        section.dataset.state = view.state;
        say(mark, sign);
        say(state, words);
        const mine = busy && busy.exercise === name;
        say(busyLine, mine ? busyWords(busy) : "");
        busyLine.hidden = !mine;
        lost.hidden = connected;
        usable(check, connected && !view.running);
        const left = view.hints_total - view.hints.length;
        const nth = `hint ${view.hints.length + 1} of ${view.hints_total}`;
        say(hint, left > 0 ? `Show ${nth}` : "All hints are shown");
        usable(hint, connected && left > 0);
        hint.hidden = view.hints_total === 0;

        const key = JSON.stringify([view.verdict, view.verdict_is_fresh, view.mistake, view.state, nextAfter(name)?.name]);
        if (key !== shownVerdict) {
          shownVerdict = key;
          verdict.replaceChildren(...[verdictOf(view)].filter(Boolean));
        }
        // Hints are only ever added, unless the exercise began again.
        if (view.hints.length < shownHints) {
          hints.replaceChildren();
          shownHints = 0;
        }
        // A new one is what was asked for; those of an exercise that is done are in nobody's way.
        if (view.hints.length > shownHints) hintsFold.open = shownHints > 0 || kind !== "done";
        for (const one of view.hints.slice(shownHints)) {
          shownHints += 1;
          const number = `Hint ${shownHints} of ${view.hints_total}`;
          const heading = /^\d+$/.test(one.heading) ? number : `${number}: ${one.heading}`;
          const item = make("li", "", make("h4", "course-hint-title", heading), markdown(one.markdown));
          hints.append(item);
        }
        say(hintsTitle, shownHints === 1 ? "One hint" : `${shownHints} hints`);
        hintsFold.hidden = shownHints === 0;
      },
    };
  }

  /** A mistake by name, as a link to its entry. */
  function mistakeLink(id, text) {
    return link(text, `mistakes.html#${id}`);
  }

  function fact(key, ...value) {
    return [make("dt", "", key), make("dd", "", ...value)];
  }

  function verdictOf(view) {
    const { verdict } = view;
    if (view.state === "missing") {
      return make("p", "", make("code", "", `cargo course reset ${view.name}`), " puts the file back as it was shipped.");
    }
    if (!verdict) {
      const wrong = view.state === "failing" || view.state === "does-not-compile";
      if (!wrong || !view.mistake) return null;
      return make("p", "", "The last check found ", mistakeLink(view.mistake, view.mistake), ".");
    }
    const out = make("div", "course-verdict");
    out.classList.toggle("course-right", verdict.passed);
    out.classList.toggle("course-old", !view.verdict_is_fresh);
    out.append(make("p", "course-headline", inline(verdict.headline)));
    if (!view.verdict_is_fresh) {
      out.append(make("p", "course-faint", "The file has changed since this check."));
    }
    if (verdict.mistake) {
      const { id, because, read_text, read_href } = verdict.mistake;
      const facts = make("dl", "course-facts");
      if (verdict.saw) facts.append(...fact("saw", inline(verdict.saw)));
      if (because) facts.append(...fact("because", inline(because)));
      if (read_text) facts.append(...fact("read", link(read_text, read_href)));
      facts.append(...fact("mistake", mistakeLink(id, id)));
      out.append(facts);
    }
    if (verdict.picture) {
      // As an image: whatever is in it, none of it can run or reach this page.
      const picture = make("img");
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(verdict.picture)}`;
      picture.alt = "What happened when, drawn; the same is in what the check said";
      const frame = make("div", "course-picture", picture);
      frame.tabIndex = 0; // it scrolls sideways on a phone
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", "What happened when");
      out.append(frame);
    }
    if (verdict.learned.length > 0) {
      out.append(make("p", "", "What it was about:"));
      const learned = make("ul", "course-learned");
      for (const one of verdict.learned) {
        const item = make("li", "", mistakeLink(one.id, one.title));
        if (one.read_text) item.append(": ", link(one.read_text, one.read_href));
        learned.append(item);
      }
      out.append(learned);
    }
    if (verdict.text.trim() !== "") {
      const refused = view.state === "does-not-compile" && !verdict.passed;
      const words = make("pre", refused ? "course-rustc" : "", terminal(verdict.ansi));
      words.tabIndex = 0;
      words.setAttribute("role", "region");
      words.setAttribute("aria-label", "All that the check said");
      const said = make("details", "course-said", make("summary", "", "All that the check said"), words);
      // What a mistake's name explains is short; the compiler's words are best read whole.
      said.open = !verdict.passed && (!verdict.mistake || refused);
      out.append(said);
    }
    if (verdict.passed) {
      const ours = make("p", "", "Ours, beside yours: ", make("code", "", `cargo course solution ${view.name}`));
      const next = nextAfter(view.name);
      out.append(ours);
      if (next) {
        out.append(make("p", "", "Next: ", link(next.title, addressOf(next)), ` (${minutes(next.minutes)})`));
      } else {
        out.append(make("p", "", "Every exercise is done."));
      }
    }
    return out;
  }

  /** Every exercise of the course, in order. */
  const everyExercise = () => snapshot.chapters.flatMap((chapter) => chapter.exercises);

  /** Where its card is. */
  const addressOf = (view) => `${view.page === page ? "" : view.page}#exercise-${view.slug}`;

  /** The first exercise after this one that is not done, or else the first of all. */
  function nextAfter(name) {
    const all = everyExercise();
    const open = (view) => looks[view.state]?.[0] !== "done" && view.name !== name;
    const here = all.findIndex((view) => view.name === name);
    return all.slice(here).find(open) ?? all.find(open);
  }

  // ---- predictions ----

  const questions = new Map();

  function makeQuestions() {
    for (const place of document.querySelectorAll("main .predict[id]")) {
      if (!snapshot.predictions.some((one) => one.id === place.id)) continue;
      questions.set(place.id, question(place));
    }
  }

  /** A question that asks what a program will do, before the fold that shows what it did. */
  function question(place) {
    const { id } = place;
    const fold = place.nextElementSibling?.matches("details") ? place.nextElementSibling : null;
    const choices = [...place.children].filter((one) => one.matches("li[data-says]"));
    const isTyped = choices.length === 0;
    const asked = place.previousElementSibling;
    const form = make("form", "course course-predict");
    form.id = id;
    form.noValidate = true;
    const set = make("fieldset", "", make("legend", "", "Predict"));
    if (asked?.matches("p")) {
      asked.id ||= `${id}-asked`;
      set.setAttribute("aria-describedby", asked.id);
    }

    // What a choice says, and the words that the page has for it.
    const options = choices.map((choice, i) => {
      const input = make("input");
      input.type = "radio";
      input.name = id;
      input.value = choice.dataset.says;
      input.id = `${id}-${i}`;
      const words = make("span", "course-choice-words", ...choice.childNodes);
      const label = make("label", "", words);
      label.htmlFor = input.id;
      const sign = make("span", "course-choice-sign");
      const row = make("div", "course-choice", input, label, sign);
      set.append(row);
      return { says: choice.dataset.says, input, row, sign, words: words.textContent.trim() };
    });
    const text = make("input", "course-typed");
    if (isTyped) {
      text.type = "text";
      text.id = `${id}-typed`;
      text.maxLength = 80;
      text.autocomplete = "off";
      text.spellcheck = false;
      const label = make("label", "", ...place.childNodes);
      label.htmlFor = text.id;
      set.append(make("div", "course-typing", label, text));
    }

    const trouble = make("p", "course-trouble");
    trouble.setAttribute("role", "alert");
    const submit = make("button", "", "That is my prediction");
    submit.type = "submit";
    const again = button("Ask me again", "course-plain", () => send(null));
    const outcome = make("div", "course-outcome");
    outcome.setAttribute("role", "status");
    outcome.setAttribute("aria-live", "polite");
    form.append(set, make("div", "course-buttons", submit, again), trouble, outcome);
    place.replaceWith(form);

    const chosen = () => (isTyped ? text.value.trim() : options.find((one) => one.input.checked)?.says ?? "");
    let said = null;
    let comesBack = false;

    const ready = () => {
      usable(submit, connected && said === null && chosen() !== "");
      text.readOnly = said !== null;
      for (const { input } of options) input.disabled = said !== null;
      again.hidden = said === null;
      usable(again, connected);
    };
    async function send(answer) {
      comesBack = answer === null;
      say(trouble, await ask("predict", JSON.stringify({ id, said: answer })));
    }
    form.addEventListener("input", () => { say(trouble, ""); ready(); });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (said !== null || !connected) return;
      if (chosen() !== "") send(chosen());
      else say(trouble, isTyped ? "Type what you think first." : "Choose an answer first.");
    });

    /** What came of a prediction, in words. */
    function cameOut(view) {
      const words = (says) => make("b", "", options.find((one) => one.says === says)?.words ?? says);
      const happened = isTyped ? view.outcome : view.happened;
      const first = view.right
        ? make("p", "course-headline", "As you said: ", words(happened), ".")
        : make("p", "course-headline", "You said ", words(view.said), "; what happened is ", words(happened), ".");
      const facts = make("dl", "course-facts");
      if (!isTyped) facts.append(...fact("recorded", make("code", "course-recorded", view.outcome)));
      if (!view.mistake) return isTyped ? [first] : [first, facts];
      const { id: mistake, title, belief, because, read_text, read_href } = view.mistake;
      if (belief) facts.append(...fact("belief", inline(belief)));
      if (because) facts.append(...fact("because", inline(because)));
      if (read_text) facts.append(...fact("read", link(read_text, read_href)));
      facts.append(...fact("mistake", mistakeLink(mistake, title)));
      return [first, facts];
    }

    return {
      update(view) {
        const before = said;
        said = view.said;
        form.dataset.look = said === null ? "asked" : view.right ? "right" : "wrong";
        if (said !== before) {
          if (isTyped && said !== null) text.value = said;
          for (const one of options) {
            if (said !== null) one.input.checked = one.says === said;
            const signs = [];
            if (said !== null && one.says === said) signs.push("you");
            if (said !== null && one.says === view.happened) signs.push("recorded");
            one.row.dataset.signs = signs.join(" ");
            say(one.sign, signs.map((sign) => (sign === "you" ? "your prediction" : "what happened")).join(", "));
          }
          outcome.replaceChildren(...(said === null ? [] : cameOut(view)));
          if (fold && said !== null) fold.open = true;
          if (fold && said === null) fold.open = false;
        }
        ready();
        // The button that was pressed goes away; the keyboard's place does not.
        if (comesBack && said === null) {
          comesBack = false;
          (isTyped ? text : options.find((one) => one.input.checked)?.input ?? options[0].input).focus();
        }
      },
    };
  }

  // ---- the panel ----

  /** An exercise in the list: a line that leads to its card. */
  function rowOf(first) {
    const mark = make("span", "course-mark");
    mark.setAttribute("aria-hidden", "true");
    const state = make("span", "course-state");
    const title = make("span", "", make("span", "course-name", first.title), " ",
      make("span", "course-minutes", minutes(first.minutes)));
    const to = link("", addressOf(first), "course-row");
    to.append(mark, title, state);
    return {
      link: to,
      update(view, busy) {
        const [kind, sign, words] = look(view, busy);
        to.dataset.look = kind;
        say(mark, sign);
        say(state, words);
      },
    };
  }

  function makePanel(chapter) {
    const title = make("h3", "course-title", "Your exercises");
    title.id = "course-panel-title";
    const tally = make("span", "course-tally");
    const bar = make("span", "course-bar");
    bar.setAttribute("aria-hidden", "true");
    const lost = make("p", "course-note");
    lost.setAttribute("role", "status");
    lost.hidden = true;
    const notices = make("div");
    const list = make("ol", "course-list");
    const section = make("section", "course course-panel", make("header", "", title, bar, tally), lost, notices, list);
    section.setAttribute("aria-labelledby", title.id);
    const rows = new Map();
    for (const exercise of chapter.exercises) {
      bar.append(make("span"));
      if (exercise.page !== page || cards.has(exercise.name)) {
        const row = rowOf(exercise);
        rows.set(exercise.name, row);
        list.append(make("li", "", row.link));
      } else {
        // The page does not say where it belongs.
        const made = card(exercise);
        cards.set(exercise.name, made);
        list.append(make("li", "", made.section));
      }
    }
    const main = document.querySelector("main");
    const heading = document.getElementById("exercises");
    if (heading && main.contains(heading)) {
      // The page's own list has nothing that this one does not have.
      const its = heading.nextElementSibling;
      const items = its?.matches("ul, ol") ? [...its.children] : [];
      if (items.length > 0 && items.every((one) => one.querySelector("a[href*='#exercise-']"))) its.remove();
      heading.after(section);
    } else main.append(section);
    return {
      update(view) {
        const { exercises, done } = view;
        say(tally, `${done} of ${exercises.length} done`);
        exercises.forEach((one, i) => {
          const [kind] = looks[one.state] ?? ["new"];
          bar.children[i].className = kind === "done" ? "course-is-done" : kind === "wrong" ? "course-is-wrong" : "";
          rows.get(one.name)?.update(one, snapshot.busy);
        });
        const asleep = "Nobody watches your files (`--no-watch`): a click on Check checks what you saved.";
        const words = [...snapshot.notices, snapshot.editor_trouble, snapshot.watching ? null : asleep, problem]
          .filter(Boolean);
        if (words.join("\n") !== notices.dataset.shown) {
          notices.dataset.shown = words.join("\n");
          notices.replaceChildren(...words.map((text) => make("p", "course-note", inline(text))));
        }
        lost.hidden = connected;
        say(lost, connected ? "" : "Not connected: `cargo course` has stopped. Start it again, and this page goes on by itself.");
      },
    };
  }

  /** Shows what an address like `#exercise-visit-counter` names: what is above it has grown since
      the browser looked. */
  function showTarget() {
    const id = decodeURIComponent(location.hash).slice(1).replace(/^exercise-\d+-/, "exercise-");
    if (id.startsWith("exercise-") || id.startsWith("predict-")) {
      document.getElementById(id)?.scrollIntoView({ block: "start" });
    }
  }

  // ---- news: said to a screen reader, and shown where the panel is out of sight ----

  const voice = make("div", "course-unseen");
  voice.setAttribute("role", "status");
  voice.setAttribute("aria-live", "polite");
  const newsLink = link("", "#");
  const newsName = document.createTextNode("");
  const newsState = make("span", "course-news-state");
  newsLink.append(newsName, newsState);
  const news = make("aside", "course course-news", newsLink);
  news.setAttribute("aria-label", "The last check");
  news.hidden = true;
  const dismiss = button("×", "course-plain", () => { news.hidden = true; });
  dismiss.setAttribute("aria-label", "Dismiss");
  news.append(dismiss);

  let newsOf = null;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const current = newsOf && cards.get(newsOf);
      if (entry.isIntersecting && current && entry.target === current.section) news.hidden = true;
    }
  });

  function tell(view) {
    const [kind, , words] = look(view, snapshot.busy);
    const settled = kind !== "busy";
    const headline = settled && view.verdict_is_fresh ? view.verdict?.headline : null;
    // Some headlines say it themselves.
    const first = headline?.startsWith("It does not compile") ? "" : `${words}. `;
    if (settled) say(voice, `${view.title}: ${first}${headline ?? ""}`.trim());
    newsOf = view.name;
    news.dataset.look = kind;
    newsName.data = `${view.title}: `;
    newsState.replaceChildren(inline(headline && !view.verdict.passed ? headline : words));
    newsLink.setAttribute("href", addressOf(view));
    const here = cards.get(view.name)?.section;
    if (here) seen.observe(here);
    const box = here?.getBoundingClientRect();
    const inSight = box && box.top < innerHeight && box.bottom > 0;
    news.hidden = Boolean(inSight);
  }

  newsLink.addEventListener("click", () => setTimeout(showTarget));
  addEventListener("hashchange", showTarget);

  // ---- the stream ----

  let problem = null;
  let told = new Map();

  function update() {
    if (!snapshot) return;
    const chapter = snapshot.chapters.find((one) => one.page === page);
    if (told.size === 0) {
      makeQuestions();
      linkFiles();
      for (const view of everyExercise().filter((one) => one.page === page)) {
        const { place, goal } = placeOf(view.slug) ?? {};
        if (!place) continue;
        const made = card(view, goal);
        cards.set(view.name, made);
        place.replaceWith(made.section);
      }
      if (chapter && chapter.exercises.length > 0) panel = makePanel(chapter);
    }
    for (const one of snapshot.predictions) questions.get(one.id)?.update(one);
    if (panel && chapter) panel.update(chapter);
    const before = told;
    told = new Map();
    for (const view of everyExercise()) {
      cards.get(view.name)?.update(view, snapshot.busy);
      const [kind] = look(view, snapshot.busy);
      const key = JSON.stringify([kind, view.state, view.verdict, view.verdict_is_fresh]);
      told.set(view.name, key);
      if (before.size > 0 && before.get(view.name) !== key) tell(view);
    }
    if (before.size === 0) showTarget();
  }

  let stream = null;

  function connect() {
    if (stream) return;
    stream = new EventSource("/live/events");
    stream.addEventListener("page", (event) => {
      const newest = JSON.parse(event.data);
      // Another run has another token, and another rendering has other words. Number 0 is none yet.
      const rendered = newest.book > 0 && !newest.problem;
      if (newest.run !== run || (rendered && String(newest.book) !== book)) {
        disconnect();
        location.reload();
        return;
      }
      problem = newest.problem;
      update();
    });
    stream.addEventListener("snapshot", (event) => {
      snapshot = JSON.parse(event.data);
      connected = true;
      document.documentElement.dataset.course = "connected";
      update();
    });
    stream.addEventListener("error", () => {
      connected = false;
      document.documentElement.dataset.course = "lost";
      update();
      // The browser tries again by itself, but not after an answer that it did not like.
      if (stream && stream.readyState === EventSource.CLOSED) {
        stream = null;
        setTimeout(() => { if (!document.hidden) connect(); }, 2000);
      }
    });
  }

  function disconnect() {
    stream?.close();
    stream = null;
  }

  // A browser holds six connections to a server, and each open stream is one: a tab that nobody
  // looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) disconnect();
    else connect();
  });
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", () => { if (!document.hidden) connect(); });

  document.body.append(voice, news);
  voice.classList.add("course-voice");
  if (!document.hidden) connect();
})();
