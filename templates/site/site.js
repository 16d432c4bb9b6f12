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

  Array.prototype.forEach.call(document.querySelectorAll('table.tbl'), function (table, number) {
    var count = 0;
    Array.prototype.forEach.call(table.tBodies, function (body) { count += body.rows.length; });
    if (table.tHead && count > 2) { sortable(table); }
    if (table.hasAttribute('data-filter') && count > 11) { filterable(table, number); }
  });
}());
