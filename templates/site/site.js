// Filter and sort for tables. Every page is complete without this file.
(function () {
  'use strict';
  if (document.documentElement.classList.contains('js')) { return; }
  document.documentElement.classList.add('js');

  // the page for missing addresses names everything from the root of its server; a folder has no such root
  if (window.location.protocol === 'file:') {
    Array.prototype.forEach.call(document.querySelectorAll('a[href^="/"]'), function (link) {
      var home = document.querySelector('.who a').getAttribute('href').replace(/[^/]*$/, '');
      var to = link.getAttribute('href');
      if (to.indexOf(home) === 0) { link.setAttribute('data-to', to.slice(home.length)); }
    });
    Array.prototype.forEach.call(document.querySelectorAll('a[data-to]'), function (link) {
      link.setAttribute('href', link.getAttribute('data-to'));
    });
  }

  function plain(cell) {
    return cell ? cell.textContent.trim() : '';
  }

  // text that may be a number with a unit, or a day, compares by what it says
  function compare(a, b) {
    var x = parseFloat(a.replace(/[^0-9.\-]/g, '')), y = parseFloat(b.replace(/[^0-9.\-]/g, ''));
    var numeric = /^[-\d]/.test(a) && /^[-\d]/.test(b) && !/^\d{4}-\d\d/.test(a) && !isNaN(x) && !isNaN(y);
    return numeric ? x - y : a.localeCompare(b, undefined, { numeric: true });
  }

  function sortable(table) {
    var heads = table.tHead.rows[0].cells;
    Array.prototype.forEach.call(heads, function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener('click', function () {
        var down = head.getAttribute('aria-sort') === 'ascending';
        Array.prototype.forEach.call(heads, function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        Array.prototype.forEach.call(table.tBodies, function (body) {
          var rows = Array.prototype.filter.call(body.rows, function (row) { return !row.classList.contains('group'); });
          rows.sort(function (a, b) {
            var order = compare(plain(a.cells[column]), plain(b.cells[column]));
            return down ? -order : order;
          });
          rows.forEach(function (row) { body.appendChild(row); });
        });
      });
    });
  }

  function filterable(table, number) {
    var rows = [];
    Array.prototype.forEach.call(table.tBodies, function (body) {
      Array.prototype.forEach.call(body.rows, function (row) {
        if (!row.classList.contains('group')) { rows.push({ row: row, text: row.textContent.toLowerCase() }); }
      });
    });
    var box = document.createElement('div');
    box.className = 'filters';
    box.setAttribute('role', 'search');
    var section = table.closest('section'), heading = section && section.querySelector('h2');
    box.setAttribute('aria-label', heading ? 'Filter: ' + heading.textContent : 'Filter ' + (number + 1));
    var label = document.createElement('label');
    label.htmlFor = 'filter-' + number;
    label.textContent = 'Show only rows that contain';
    var input = document.createElement('input');
    input.id = label.htmlFor;
    input.type = 'search';
    input.autocomplete = 'off';
    var output = document.createElement('output');
    output.setAttribute('for', input.id);
    function show() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0;
      rows.forEach(function (entry) {
        var hit = words.every(function (word) { return entry.text.indexOf(word) >= 0; });
        entry.row.hidden = !hit;
        if (hit) { count += 1; }
      });
      Array.prototype.forEach.call(table.tBodies, function (body) {
        body.hidden = !Array.prototype.some.call(body.rows, function (row) {
          return !row.hidden && !row.classList.contains('group');
        });
      });
      output.textContent = count + ' of ' + rows.length + ' rows shown';
    }
    input.addEventListener('input', show);
    box.appendChild(label);
    box.appendChild(input);
    box.appendChild(output);
    table.parentNode.insertBefore(box, table);
    show();
  }

  // rows that stand on several pages: the list of them is a script of its own, loaded when somebody begins to search
  function searchable(box, number) {
    var most = 50, rows = null, loading = false;
    var size = Number(box.getAttribute('data-size')), count = Number(box.getAttribute('data-count'));
    var bar = document.createElement('div'), label = document.createElement('label');
    var input = document.createElement('input'), output = document.createElement('output');
    var hits = document.createElement('ol');
    bar.className = 'filters';
    bar.setAttribute('role', 'search');
    bar.setAttribute('aria-label', 'Search all pages of components');
    label.htmlFor = input.id = 'search-' + number;
    label.textContent = 'Search all ' + count + ' by name, version or purl';
    input.type = 'search';
    input.autocomplete = 'off';
    output.setAttribute('for', input.id);
    function load() {
      if (loading) { return; }
      loading = true;
      var script = document.createElement('script');
      script.src = box.getAttribute('data-list');
      script.addEventListener('load', function () {
        rows = (script.rows || []).map(function (row) { return { row: row, text: row.toLowerCase() }; });
        show();
      });
      script.addEventListener('error', function () { output.textContent = 'The list cannot be loaded: use the pages below'; });
      document.head.appendChild(script);
    }
    function show() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean), found = 0;
      while (hits.firstChild) { hits.removeChild(hits.firstChild); }
      if (!words.length) { output.textContent = ''; return; }
      if (!rows) { output.textContent = 'Loading the list'; load(); return; }
      rows.forEach(function (entry, index) {
        if (!words.every(function (word) { return entry.text.indexOf(word) >= 0; })) { return; }
        found += 1;
        if (found > most) { return; }
        var parts = entry.row.split('\t'), item = document.createElement('li');
        var link = document.createElement('a'), more = document.createElement('code');
        link.href = box.getAttribute('data-pages') + (Math.floor(index / size) + 1) + '.html#component-' + (index + 1);
        link.textContent = parts[0];
        item.appendChild(link);
        if (parts[1]) {
          more.className = 'id';
          more.textContent = parts[1];
          item.appendChild(more);
        }
        hits.appendChild(item);
      });
      output.textContent = found + ' of ' + count + (found > most ? ', the first ' + most + ' shown' : '');
    }
    input.addEventListener('focus', load);
    input.addEventListener('input', show);
    while (box.firstChild) { box.removeChild(box.firstChild); }
    [label, input, output].forEach(function (part) { bar.appendChild(part); });
    box.appendChild(bar);
    box.appendChild(hits);
  }

  // what a link inside the page leads to is shown, however deep it is folded away
  function unfold() {
    var target = window.location.hash.length > 1 && document.getElementById(window.location.hash.slice(1));
    for (var node = target && target.parentElement; node; node = node.parentElement) {
      if (node.tagName === 'DETAILS') { node.open = true; }
    }
    if (target && target.closest('.tree')) { target.scrollIntoView(); }
  }
  window.addEventListener('hashchange', unfold);
  unfold();

  Array.prototype.forEach.call(document.querySelectorAll('div.search'), searchable);

  Array.prototype.forEach.call(document.querySelectorAll('table.tbl'), function (table, number) {
    var count = 0;
    Array.prototype.forEach.call(table.tBodies, function (body) { count += body.rows.length; });
    if (table.tHead && count > 2) { sortable(table); }
    if (table.hasAttribute('data-filter') && count > 11) { filterable(table, number); }
  });
}());
